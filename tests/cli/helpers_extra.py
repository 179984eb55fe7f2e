"""A Python in which the optional packages of ``hms-doctor[room]`` are not installed."""

from pathlib import Path

from helpers_cli import plain_environment
from helpers_faults import ROOT

_HIDES = """
import sys


class Without:
    def __init__(self, finder):
        self._finder = finder

    def __getattr__(self, name):
        return getattr(self._finder, name)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"aiortc", "av", "pylibsrtp"}:
            return None
        return self._finder.find_spec(name, path, target)


sys.meta_path[:] = map(Without, sys.meta_path)
"""


def without_the_extra(folder: Path) -> dict[str, str]:
    """Give the environment of a child process that can import none of them."""
    (folder / "sitecustomize.py").write_text(_HIDES, encoding="utf-8")
    return plain_environment(PYTHONPATH=f"{folder}:{ROOT}")
