"""The formats, found by looking: one file, one format, with ``NAME`` and ``render``."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeAlias

from hms_doctor.model.report.report import Report
from hms_doctor.reporters.style import Style, Verbosity, style_for

__all__ = ["Render", "Style", "UnknownFormatError", "Verbosity", "every_format", "find_format", "style_for"]

Render: TypeAlias = Callable[[Report, Style], str]
"""Turn a report into text; it ends with a line break unless it is empty. Pure."""


class UnknownFormatError(Exception):
    """No file here has that name; ``known`` names those that are there."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no format {name!r}: choose from {', '.join(known)}")
        self.known = known


def find_format(name: str) -> Render:
    """Give the ``render`` of one format, which loads no other. Raises UnknownFormatError."""
    if name in _modules():
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "NAME"):
            return _render_of(module)
    raise UnknownFormatError(name, tuple(sorted(every_format())))


def every_format() -> Mapping[str, Render]:
    """Give the ``render`` of every module beside this one that has a ``NAME``, by that name."""
    modules = (import_module(f"{__name__}.{name}") for name in _modules())
    return {module.NAME: _render_of(module) for module in modules if hasattr(module, "NAME")}


def _modules() -> tuple[str, ...]:
    return tuple(module.name for module in iter_modules(__path__))


def _render_of(module: ModuleType) -> Render:
    render: Render = module.render
    return render
