"""The checks, found by looking: one file, one check, named after its id."""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from hms_doctor.model.check import AnyCheck


def every_check() -> tuple[AnyCheck, ...]:
    """Give the ``CHECK`` of every module beside this one, in the order in which people read them."""
    return _checks_in(module.name for module in iter_modules(__path__))


def checks_named(ids: Iterable[str]) -> tuple[AnyCheck, ...]:
    """Give the checks with these ids, or prefixes of them, and load no others; what names none is passed over."""
    stems = tuple(wish.replace(".", "_") for wish in ids)
    names = (module.name for module in iter_modules(__path__))
    return _checks_in(name for name in names if any(f"{name}_".startswith(f"{stem}_") for stem in stems))


def _checks_in(modules: Iterable[str]) -> tuple[AnyCheck, ...]:
    found = [cast("AnyCheck", import_module(f"{__name__}.{name}").CHECK) for name in modules]
    return tuple(sorted(found, key=_reading_order))


_GROUPS = ("local", "token", "endpoint", "init", "signalling", "room", "ice", "devices")
_STEPS = (
    "link", "clock", "portal",
    "room_code", "diagnostics", "format", "claims", "time", "expectations", "signature",
    "url", "reach",
    "connect", "hold", "join", "publish", "subscribe", "media",
    "host", "stun", "turn", "nat", "quality", "verdict",
    "camera", "microphone", "speaker", "bluetooth",
)  # fmt: skip


def _reading_order(check: AnyCheck) -> tuple[int, int, str]:
    group, _, step = check.id.partition(".")
    return (_place(_GROUPS, group), _place(_STEPS, step), check.id)


def _place(order: tuple[str, ...], word: str) -> int:
    return order.index(word) if word in order else len(order)
