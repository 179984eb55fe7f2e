"""aiortc, the optional package that makes peer connections: loaded beside the network, told of where it is absent."""

import asyncio
from importlib import import_module
from typing import Final

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.joining import NoWebRtc

HOW_TO_GET_IT: Final = "joining needs an optional package: pip install 'hms-doctor[room]'"
_LONGEST: Final = 200


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """Peer connections can be made here."""


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
