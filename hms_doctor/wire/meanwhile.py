"""Heavy libraries that load while the first packets travel."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from threading import Thread
from typing import Final

_SPEAK: Final[Mapping[str, tuple[str, ...]]] = {
    "http": ("hms_doctor.wire.http.engine", "anyio._backends._asyncio"),
    # Whoever asks init looks at relays and opens signalling next.
    "https": ("hms_doctor.wire.http.engine", "anyio._backends._asyncio", "ifaddr", "websockets.client"),
    "wss": ("websockets.client",),
    "ws": ("websockets.client",),
    "room": ("aiortc",),  # half a second of computing
}


def load_meanwhile(protocol: str) -> None:
    """Begin to load what will speak a protocol, in a thread that keeps no process alive.

    Names, TCP and TLS take some round trips, in which this machine has nothing else to do. Whoever needs a library
    before it is loaded waits for the rest, as it would have for all of it.
    """
    if protocol in _SPEAK:
        _begin(_SPEAK[protocol])


@cache
def _begin(modules: tuple[str, ...]) -> None:
    Thread(target=_load, args=(modules,), daemon=True, name="hms-doctor loads").start()


def _load(modules: tuple[str, ...]) -> None:
    for name in modules:
        with suppress(ImportError):  # told where it is needed
            import_module(name)
