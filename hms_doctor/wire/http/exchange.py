"""One HTTP/1.1 exchange over a stream that was dialled: no redirects, no cookies, bounded in time and size."""

import asyncio
from collections.abc import Mapping
from dataclasses import field
from typing import Final
from urllib.parse import urlsplit

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Operation, silence
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.wire.connection.stream import Stream

MOST_BYTES: Final = 4 * 1024 * 1024
"""Bytes of a body that are read, after decompression."""
LONGEST: Final = 9.0
"""Seconds for a whole exchange with a peer that keeps sending; silence ends it after the step's time-out."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to send; ``url`` is the whole URL, ``bearer`` a token for ``Authorization``."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    bearer: Secret = Secret("")
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, kw_only=True)
class Response:
    """What came back; header names in lower case, the body decompressed, ``ms`` until its last byte."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    ms: float


async def exchange(ctx: Context, stream: Stream, request: Request) -> Response | Failure:
    """Send a request and read its answer. Silence, a cut, garbage and floods are each their own ``Failure``.

    One stream serves one exchange; who dialled it closes it.
    """
    from hms_doctor.wire.http.engine import converse

    seconds, longest = ctx.patience(), ctx.patience(LONGEST)
    ctx.waiting(f"an answer from {urlsplit(request.url).netloc.rpartition('@')[2]}", seconds)
    began = ctx.clock.monotonic()
    try:
        async with asyncio.timeout(longest):
            answer = await converse(stream, request, seconds, MOST_BYTES)
    except TimeoutError:
        return silence(Operation.HTTP, longest, f"no complete answer in {longest:.1f} s")
    if isinstance(answer, Failure):
        return answer
    status, reason, headers, body = answer
    return Response(status=status, reason=reason, headers=headers, body=body, ms=1000 * (ctx.clock.monotonic() - began))
