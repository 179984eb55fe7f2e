"""The addresses of a TURN server, family by family; none where a proxy looks the name up."""

from collections.abc import Mapping, Sequence
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, was_asked_again
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.proxy import Direct, choose
from hms_doctor.wire.connection.resolve import Address, resolve

WORTH_A_SECOND_TRY: Final = 0.3
"""Seconds that must be left before the run's deadline for a second try to make sense."""

REPEATS_ITSELF: Final = 2.0
"""Seconds after which a resolver that fails has asked more than once by itself."""


def nominal_family(ctx: Context) -> Family:
    """Give the family of a path that has none of its own: a name without addresses, or one that a proxy looks up."""
    return Family.IPV6 if ctx.vantage.family is Family.IPV6 else Family.IPV4


def goes_through_proxy(ctx: Context, host: str, port: int, transport: Transport) -> bool:
    """Whether a stream to a server is led through a proxy; datagrams never are."""
    if transport is Transport.UDP:
        return False
    protocol = "turns" if transport is Transport.TLS else "turn"
    return not isinstance(choose(ctx.settings.proxy, ctx.vantage.proxy, protocol, host, port), Direct)


async def addresses_of(
    ctx: Context, host: str, port: int, transport: Transport
) -> Mapping[Family, Sequence[Address]] | Failure:
    """Give the addresses by family, IPv4 first, asked for once more where that may help."""
    if goes_through_proxy(ctx, host, port, transport):
        return {nominal_family(ctx): ()}
    began = ctx.clock.monotonic()
    resolved = await resolve(ctx, host, port)
    took = ctx.clock.monotonic() - began
    again = isinstance(resolved, Failure) and not was_asked_again(resolved) and took < REPEATS_ITSELF
    if again and ctx.remaining() > WORTH_A_SECOND_TRY:
        resolved = await resolve(ctx, host, port)
    if isinstance(resolved, Failure):
        return resolved
    found = {family: [a for a in resolved.addresses if a.family is family] for family in (Family.IPV4, Family.IPV6)}
    return {family: addresses for family, addresses in found.items() if addresses}
