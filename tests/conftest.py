"""What every test shares."""

import sys
from pathlib import Path

from hypothesis import settings

# Helpers lie beside the tests that use them; their names are unique across the tree.
for folder in Path(__file__).parent.iterdir():
    if folder.is_dir():
        sys.path.insert(0, str(folder))

settings.register_profile("shared cores", deadline=None)  # how long one example takes says nothing on a busy machine
settings.load_profile("shared cores")
