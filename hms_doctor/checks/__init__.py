"""The checks, found by looking: one file, one check, named after its id."""

from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from hms_doctor.model.check import AnyCheck


def every_check() -> tuple[AnyCheck, ...]:
    """Give the ``CHECK`` of every module beside this one, in the order in which people read them."""
    found = [cast("AnyCheck", import_module(f"{__name__}.{module.name}").CHECK) for module in iter_modules(__path__)]
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
