"""Looks that take turns: a microphone is not judged by tones that the same run plays."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, nullcontext
from typing import Final
from weakref import WeakKeyDictionary

from hms_doctor.devices.process import Asked, looks
from hms_doctor.model.check import Context
from hms_doctor.model.devices.look import Look, Seen
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.wish import DeviceProof

_TURNS: Final[WeakKeyDictionary[AsyncExitStack, asyncio.Lock]] = WeakKeyDictionary()


async def looks_in_turn(ctx: Context, asked: Asked[Seen]) -> AsyncGenerator[Look[Seen], None]:
    """Look, but where tones are played wait until no other look of this run uses the microphone."""
    async with _turn(ctx, asked.kind), aclosing(looks(ctx, asked)) as found:
        async for look in found:
            yield look


def _turn(ctx: Context, kind: DeviceKind) -> AbstractAsyncContextManager[None]:
    wish = ctx.settings.devices
    listens = kind is DeviceKind.SPEAKER or (kind is DeviceKind.MICROPHONE and wish.proof is DeviceProof.TEST)
    return _TURNS.setdefault(ctx.stack, asyncio.Lock()) if wish.plays and listens else nullcontext()
