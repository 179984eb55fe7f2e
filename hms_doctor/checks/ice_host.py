"""Which addresses of its own this machine can offer to a peer (RFC 8445 section 5.1.1.1)."""

from collections.abc import AsyncIterator, Iterable

from hms_doctor.model.causes import ice as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Finding, Passed, Warned
from hms_doctor.model.ice.host_addresses import AddressKind, HostAddress, HostAddresses, without_loopback
from hms_doctor.model.json import JsonObject
from hms_doctor.wire.host_addresses import host_addresses

_FROM_AFAR = (AddressKind.PUBLIC, AddressKind.PRIVATE, AddressKind.CARRIER)


async def observe(ctx: Context, _facts: Facts) -> AsyncIterator[HostAddresses]:
    """Read the interfaces."""
    yield without_loopback(host_addresses(ctx.settings.machine))


def diagnose(host: HostAddresses) -> Iterable[Finding]:
    """Note tunnels and the provider's NAT: they change the path, and calls pass through them."""
    usable = [address for address in host.addresses if address.kind in _FROM_AFAR]
    if not usable:
        yield Warned(
            cause=causes.NO_ADDRESS,
            summary="no address that reaches beyond this machine's own link",
            evidence=_evidence(host.addresses),
        )
        return
    versions = " and ".join(f"IPv{version}" for version in sorted({address.version for address in usable}))
    interfaces = ", ".join(dict.fromkeys(address.interface for address in usable))
    yield Passed(summary=f"{versions} on {interfaces}{_notes(usable)}", evidence=_evidence(host.addresses))


def _notes(usable: Iterable[HostAddress]) -> str:
    tunnels = dict.fromkeys(address.interface for address in usable if address.in_tunnel)
    carrier = any(address.kind is AddressKind.CARRIER and not address.in_tunnel for address in usable)
    vpn = f"; VPN: {', '.join(tunnels)}" if tunnels else ""
    return f"{vpn}; behind the provider's NAT" if carrier else vpn


def _evidence(addresses: Iterable[HostAddress]) -> JsonObject:
    rows = [{"interface": a.interface, "address": a.ip, "kind": a.kind.value, "vpn": a.in_tunnel} for a in addresses]
    return {"addresses": rows}


CHECK = Check[HostAddresses](
    id="ice.host",
    title="addresses of this machine",
    asks="Which addresses of its own can this machine offer to a peer?",
    yields=(HostAddresses,),
    observe=observe,
    diagnose=diagnose,
)
