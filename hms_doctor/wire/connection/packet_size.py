"""Whether large packets vanish on the way: small requests are answered, none that fills a packet (RFC 2923, 2.1)."""

import asyncio
from enum import Enum
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind
from hms_doctor.wire.connection.dial import DialFailed, Target, dial
from hms_doctor.wire.http.exchange import Request, Response, exchange

FILLS_PACKETS: Final = 3000
"""Bytes of a header that makes a request two full packets of 1500 bytes; servers take 8 kB and more."""
PATIENCE: Final = 1.5
"""Seconds for an answer; the same host has just finished TLS with us."""


class _Reply(Enum):
    ANSWER = "an answer, be it an error"
    SILENCE = "nothing at all"
    OTHER = "no connection, or its end"


async def large_packets_vanish(ctx: Context, target: Target) -> bool:
    """Ask twice side by side over connections of their own; a server that hangs up on a long header got it."""
    small, large = await asyncio.gather(_ask(ctx, target, 0), _ask(ctx, target, FILLS_PACKETS))
    return small is _Reply.ANSWER and large is _Reply.SILENCE


async def _ask(ctx: Context, target: Target, padding: int) -> _Reply:
    try:
        async with asyncio.timeout(ctx.patience(PATIENCE)):
            dialled = await dial(ctx, target)
            if isinstance(dialled, DialFailed):
                return _Reply.OTHER
            async with dialled.stream:
                headers = {"Connection": "close", **({"X-Padding": "-" * padding} if padding else {})}
                request = Request(url=f"https://{target.authority}/", method="HEAD", headers=headers)
                return _reply(await exchange(ctx, dialled.stream, request))
    except TimeoutError:
        return _Reply.SILENCE


def _reply(answer: Response | Failure) -> _Reply:
    if isinstance(answer, Response):
        return _Reply.ANSWER
    return _Reply.SILENCE if answer.kind is Kind.SILENT else _Reply.OTHER
