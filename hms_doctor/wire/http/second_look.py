"""What is asked once the way to the endpoint has failed: the server's clock behind a bad certificate, NAT64."""

from dataclasses import replace
from enum import Enum
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.host_addresses import lacks_ipv4_for
from hms_doctor.model.network.http_date import server_time
from hms_doctor.model.network.server import NoServerTime, ServerTime
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.dial import DialFailed, Target, dial, dial_unverified
from hms_doctor.wire.connection.resolve import as_literal, resolve
from hms_doctor.wire.host_addresses import host_addresses
from hms_doctor.wire.http.exchange import Request, exchange

_NAT64_NAME = "ipv4only.arpa"
_ROUTELESS: Final = frozenset({Kind.UNREACHABLE, Kind.NO_NETWORK, Kind.SILENT})


class Insight(Enum):
    """What a closer look at a failure showed."""

    NONE = "nothing more"
    NAT64 = "this network carries IPv6 alone and translates names"
    IPV6_ALONE = "this machine has IPv6 alone"
    PLAIN_HTTP = "the port speaks HTTP without TLS"


async def insight_into(ctx: Context, target: Target, failure: Failure) -> Insight:
    """Look for what a failed way to a server does not say by itself."""
    match failure.operation:
        case Operation.TLS if failure.kind is Kind.SILENT and await speaks_plain_http(ctx, target):
            return Insight.PLAIN_HTTP
        case Operation.CONNECT if failure.kind in _ROUTELESS:
            if await behind_nat64(ctx, target.host):
                return Insight.NAT64
            alone = lacks_ipv4_for(target.host, host_addresses(ctx.settings.machine))
            return Insight.IPV6_ALONE if alone else Insight.NONE
        case _:
            return Insight.NONE


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
