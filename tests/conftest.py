"""What every test shares."""

import sys
from pathlib import Path

# Helpers lie beside the tests that use them; their names are unique across the tree.
for folder in Path(__file__).parent.iterdir():
    if folder.is_dir():
        sys.path.insert(0, str(folder))
