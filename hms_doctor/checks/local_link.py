"""Does this machine have a network at all? Nothing is sent to find out."""

from collections.abc import AsyncIterator, Iterable
from ipaddress import ip_address
from typing import Final, TypeAlias

from hms_doctor.model.causes import local as causes
from hms_doctor.model.causes.cause import Cause
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Failed, Finding, Passed, Warned
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.endpoint_url import UnusableUrl, read_endpoint
from hms_doctor.model.network.links import Link, Links, Routes, simulated_links
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import RealMachine, SimulatedMachine
from hms_doctor.platforms.links import read_links
from hms_doctor.platforms.roots import Roots
from hms_doctor.wire.connection.proxy import is_loopback
from hms_doctor.wire.http.reach import Reached


@dataclass(frozen=True, kw_only=True)
class Needless:
    """The endpoint is this machine itself: it needs no link."""

    links: Links
    host: str


@dataclass(frozen=True, kw_only=True)
class Proven:
    """The endpoint was reached, so there is a way out, whatever the tables say."""

    links: Links


@dataclass(frozen=True, kw_only=True)
class Questioned:
    """The links alone must tell whether there is a way to the host."""

    links: Links
    host: str


Observation: TypeAlias = Needless | Proven | Questioned

_STATES: Final = {"down": "down", "lowerlayerdown": "not plugged in", "notpresent": "not there"}


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Observation]:
    """Read the links; a connection that came about beats every reading of tables."""
    links = _links(ctx)
    read = read_endpoint(ctx.settings.endpoint)
    host = "" if isinstance(read, UnusableUrl) else read.endpoint.host
    if is_loopback(host):
        yield Needless(links=links, host=host)
    elif Reached in facts:
        yield Proven(links=links)
    else:
        yield Questioned(links=links, host=host)


def _links(ctx: Context) -> Links:
    match ctx.settings.machine:
        case RealMachine():
            return read_links(Roots())
        case SimulatedMachine(script=script):
            return simulated_links(script)


def diagnose(observation: Observation) -> Iterable[Finding]:
    """Judge whether there is a network."""
    links = observation.links
    usable = [link for link in links.links if link.usable]
    yield from _tunnels(usable)
    match observation:
        case Needless(host=host):
            yield Passed(summary=f"{_named(usable)}; {host} is this machine and needs none", evidence=_evidence(links))
        case Proven():
            yield Passed(summary=_named(usable), evidence=_evidence(links))
        case Questioned(host=host):
            yield _judge(links, usable, host)


def _judge(links: Links, usable: list[Link], host: str) -> Finding:
    if not usable:
        addressed = [link for link in links.links if link.is_on and link.addresses]
        if addressed:
            summary = (
                f"this machine has no address from the network: {_named(addressed)} has only one that it gave itself"
            )
            return _trouble(links, causes.SELF_ASSIGNED, summary)
        return _trouble(links, causes.NO_LINK, f"this machine has no network: {_states(links)}")
    versions = frozenset(_version(address) for link in usable for address in link.routable)
    routes = links.routes.of(versions) if isinstance(links.routes, Routes) else links.routes
    # A written-out address of a family that is missing here says nothing of the link: endpoint.reach tells it.
    if isinstance(routes, Routes) and not routes.lead_to(host) and _version(host) in {0, *versions}:
        way = "no default route" if not routes.has_default else f"no route to {host}"
        return _trouble(
            links, causes.NO_ROUTE, f"this machine has no way out: {_named(usable)} is up, but there is {way}"
        )
    return Passed(summary=_named(usable), evidence=_evidence(links))


def _version(address: str) -> int:
    """Give 4 or 6, and 0 for a name."""
    try:
        return ip_address(address.partition("%")[0]).version
    except ValueError:
        return 0


def _trouble(links: Links, cause: Cause, summary: str) -> Finding:
    if not links.verified:
        return Warned(cause=cause, summary=f"{summary} (unverified on this system)", evidence=_evidence(links))
    return Failed(cause=cause, summary=summary, evidence=_evidence(links))


def _tunnels(usable: list[Link]) -> Iterable[Finding]:
    for link in usable:
        if link.is_tunnel:
            yield Passed(summary=f"{link.name} looks like a VPN: a browser may take another way than this program")


def _named(links: list[Link]) -> str:
    return ", ".join(link.name for link in links[:4]) or "no link"


def _states(links: Links) -> str:
    states = ", ".join(f"{link.name} is {_STATES.get(link.state, 'without an address')}" for link in links.links[:6])
    return states or "there is no link but loopback"


def _evidence(links: Links) -> JsonObject:
    way_out = links.routes.has_default if isinstance(links.routes, Routes) else None
    return {"links": {link.name: [link.state, *link.addresses] for link in links.links}, "default_route": way_out}


CHECK = Check(
    id="local.link",
    title="this machine's network link",
    asks="Does this machine have a network link with an address and a way out?",
    codes=frozenset({2003}),
    wants=(Reached,),
    observe=observe,
    diagnose=diagnose,
    timeout=30.0,
)
