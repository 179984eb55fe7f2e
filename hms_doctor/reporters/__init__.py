"""The formats, found by looking: one file, one format, with ``NAME`` and ``render``."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeAlias

from hms_doctor.model.report import Report
from hms_doctor.reporters.style import Style, Verbosity, style_for

__all__ = ["Render", "Style", "Verbosity", "every_format", "style_for"]

Render: TypeAlias = Callable[[Report, Style], str]
"""Turn a report into text; it ends with a line break unless it is empty. Pure."""


def every_format() -> Mapping[str, Render]:
    """Give the ``render`` of every module beside this one that has a ``NAME``, by that name."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return {module.NAME: module.render for module in modules if hasattr(module, "NAME")}
