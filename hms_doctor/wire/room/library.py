"""aiortc, the optional package that makes peer connections: loaded beside the network, told of where it is absent."""

import asyncio
from importlib import import_module
from pathlib import PurePath
from types import CoroutineType
from typing import Final

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.joining import NoWebRtc

HOW_TO_GET_IT: Final = "joining needs an optional package: pip install 'hms-doctor[room]'"
_LONGEST: Final = 200
_STACK: Final = frozenset({"aiortc", "aioice"})


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """Peer connections can be made here."""


class Hush:
    """Takes the loop's word of what the WebRTC stack's own tasks ended in: that is no line for anybody's screen."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._before = loop.get_exception_handler()

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """Pass on everything else."""
        if _is_of_the_stack(context.get("future") or context.get("task")):
            return
        if self._before is None:
            loop.default_exception_handler(context)
        else:
            self._before(loop, context)


def hush() -> None:
    """Keep the stack's stray exceptions off the screen, in this loop, from here on."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop.get_exception_handler(), Hush):
        loop.set_exception_handler(Hush(loop))


def _is_of_the_stack(future: object) -> bool:
    coroutine = future.get_coro() if isinstance(future, asyncio.Task) else None
    code = coroutine.cr_code if isinstance(coroutine, CoroutineType) else None
    return code is not None and bool(_STACK.intersection(PurePath(code.co_filename).parts))


async def load_webrtc() -> Loaded | NoWebRtc:
    """Load it, or wait for who does; it takes half a second of computing, so `load_meanwhile("room")` begins early."""
    return await asyncio.to_thread(_load)


def _load() -> Loaded | NoWebRtc:
    try:
        import_module("aiortc")
    except ModuleNotFoundError as missing:
        if missing.name in {"aiortc", "av"}:
            return NoWebRtc(why=HOW_TO_GET_IT)
        return NoWebRtc(why=f"aiortc lacks a package of its own: {missing.name}")
    except Exception as broken:  # noqa: BLE001 - a broken package may raise anything while it loads
        return NoWebRtc(why=f"aiortc cannot be loaded: {type(broken).__name__}: {broken}"[:_LONGEST])
    return Loaded()
