"""Whether large packets vanish on the way: small requests are answered, none that fills a packet (RFC 2923, 2.1)."""

import asyncio
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure
from hms_doctor.wire.dial import DialFailed, Target, dial
from hms_doctor.wire.http import Request, exchange

FILLS_PACKETS: Final = 3000
"""Bytes of a header that makes a request two full packets of 1500 bytes; servers take 8 kB and more."""
PATIENCE: Final = 1.5
"""Seconds for an answer; the same host has just finished TLS with us."""


async def large_packets_vanish(ctx: Context, target: Target) -> bool:
    """Ask twice side by side over connections of their own; any answer counts, be it an error."""
    small, large = await asyncio.gather(_is_answered(ctx, target, 0), _is_answered(ctx, target, FILLS_PACKETS))
    return small and not large


async def _is_answered(ctx: Context, target: Target, padding: int) -> bool:
    try:
        async with asyncio.timeout(ctx.patience(PATIENCE)):
            dialled = await dial(ctx, target)
            if isinstance(dialled, DialFailed):
                return False
            async with dialled.stream:
                headers = {"Connection": "close", **({"X-Padding": "-" * padding} if padding else {})}
                request = Request(url=f"https://{target.authority}/", method="HEAD", headers=headers)
                return not isinstance(await exchange(ctx, dialled.stream, request), Failure)
    except TimeoutError:
        return False
