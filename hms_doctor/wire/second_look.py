"""What is asked once the way to the endpoint has failed: the server's clock behind a bad certificate, NAT64."""

from dataclasses import replace

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure
from hms_doctor.model.http_date import server_time
from hms_doctor.model.server import NoServerTime, ServerTime
from hms_doctor.model.vantage import Family
from hms_doctor.wire.dial import DialFailed, Target, dial, dial_unverified
from hms_doctor.wire.http import Request, exchange
from hms_doctor.wire.resolve import as_literal, resolve

_NAT64_NAME = "ipv4only.arpa"


async def time_behind_bad_certificate(ctx: Context, target: Target) -> ServerTime | NoServerTime:
    """Read the ``Date`` of a server whose certificate's dates are in question; no token is sent there."""
    dialled = await dial_unverified(ctx, target)
    if isinstance(dialled, DialFailed):
        return NoServerTime()
    async with dialled.stream:
        before = ctx.clock.wall()
        answer = await exchange(ctx, dialled.stream, Request(url=f"https://{target.authority}/", method="HEAD"))
        here = (before + ctx.clock.wall()) / 2
    if isinstance(answer, Failure):
        return NoServerTime()
    return server_time(answer.headers, here, target.host)


async def speaks_plain_http(ctx: Context, target: Target) -> bool:
    """Whether a port that leaves TLS unanswered answers HTTP in the clear."""
    dialled = await dial(ctx, replace(target, protocol="http"))
    if isinstance(dialled, DialFailed):
        return False
    async with dialled.stream:
        request = Request(url=f"http://{target.authority}/", method="HEAD", headers={"Connection": "close"})
        return not isinstance(await exchange(ctx, dialled.stream, request), Failure)


async def behind_nat64(ctx: Context, host: str) -> bool:
    """Whether a host is an IPv4 address and this network makes IPv6 addresses of IPv4 ones (RFC 7050)."""
    literal = as_literal(host)
    if literal is None or literal.family is Family.IPV6:
        return False
    answer = await resolve(ctx, _NAT64_NAME, 0)
    return not isinstance(answer, Failure) and any(address.family is Family.IPV6 for address in answer.addresses)
