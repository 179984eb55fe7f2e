"""Small files in which a kernel tells its state: what cannot be read is not there."""

import os
from pathlib import Path
from typing import Final

_LONGEST: Final = 1 << 20


def text_of(path: Path) -> str:
    """Give a file's text, empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST).decode("utf-8", "replace")
    except OSError:
        return ""


def names_in(folder: Path) -> list[str]:
    """Give the names in a folder, none where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries)
    except OSError:
        return []
