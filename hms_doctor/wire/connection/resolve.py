"""Names to addresses, both families known apart, and never longer than the step's time-out."""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import field, replace
from ipaddress import ip_address
from threading import Thread

from hms_doctor.model.check import Context
from hms_doctor.model.failure import ASKED, Failure, Kind, Operation, silence
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import STEP_SILENCE, Nameserver, Resolver, SystemResolver
from hms_doctor.model.vantage import Family
from hms_doctor.platforms.resolvers import asked_servers, others_to_ask

RESOLUTION_DELAY = 0.25
"""Seconds that one family's answer waits for the other's. RFC 8305, section 3, has 50 ms, which is right for a browser;
here a family that is only slow would be told as silent."""
SYSTEM_PATIENCE = 6.0
"""Seconds for the system's resolver: glibc asks its second server only after 5 (resolv.conf(5)), and apps wait."""
FAMILIES: Mapping[Family, socket.AddressFamily] = {Family.IPV6: socket.AF_INET6, Family.IPV4: socket.AF_INET}


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One address of a host; a link-local one carries its zone (``fe80::1%2``)."""

    family: Family
    ip: str


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """What a name stands for, IPv6 before IPv4, in the resolver's order; ``missing`` tells why a family has none."""

    addresses: tuple[Address, ...]
    ms: float
    missing: Mapping[Family, Failure] = field(default_factory=dict)
    literal: bool = False


async def resolve(ctx: Context, host: str, port: int) -> Resolved | Failure:
    """Look up a host's addresses in the families that the vantage allows; the port is only told to who watches."""
    began = ctx.clock.monotonic()
    literal = as_literal(host)
    if literal is not None:
        return _only_literal(ctx, literal)
    seconds = ctx.patience(_longest(_resolver(ctx)))
    ctx.waiting(f"the address of {host} (port {port})", seconds)
    answers = await _ask_all(ctx, host, seconds)
    addresses = tuple(a for answer in answers.values() if not isinstance(answer, Failure) for a in answer)
    missing = {family: answer for family, answer in answers.items() if isinstance(answer, Failure)}
    if not addresses:
        return _gravest(tuple(missing.values()))
    missing = {family: _of_one_family(failure) for family, failure in missing.items()}
    return Resolved(addresses=addresses, ms=1000 * (ctx.clock.monotonic() - began), missing=missing)


def _resolver(ctx: Context) -> Resolver:
    return Nameserver(host=ctx.vantage.resolver) if ctx.vantage.resolver else ctx.settings.resolver


def _longest(resolver: Resolver) -> float:
    return SYSTEM_PATIENCE if isinstance(resolver, SystemResolver) else STEP_SILENCE


def as_literal(host: str) -> Address | None:
    """Read a host that is an IP address already."""
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return None
    return Address(family=Family.IPV6 if address.version == 6 else Family.IPV4, ip=str(address))  # noqa: PLR2004


def allowed(wanted: Family) -> tuple[Family, ...]:
    """Give the families that a vantage lets a probe use, IPv6 first (RFC 6724)."""
    return tuple(FAMILIES) if wanted is Family.EITHER else (wanted,)


def _only_literal(ctx: Context, literal: Address) -> Resolved | Failure:
    if literal.family not in allowed(ctx.vantage.family):
        detail = f"{literal.ip} is no {ctx.vantage.family.value} address"
        return Failure(operation=Operation.RESOLVE, kind=Kind.NO_ADDRESS, detail=detail)
    return Resolved(addresses=(literal,), ms=0.0, literal=True)


def _of_one_family(failure: Failure) -> Failure:
    """The name exists, its other family has shown that, whatever the resolver says of this one."""
    return replace(failure, kind=Kind.NO_ADDRESS) if failure.kind is Kind.NXDOMAIN else failure


_Answer = tuple[Address, ...] | Failure
_GRAVITY = (
    Kind.NXDOMAIN, Kind.SERVFAIL, Kind.MALFORMED, Kind.UNRESOLVED, Kind.SILENT, Kind.CUT_OFF, Kind.OTHER,
    Kind.NO_ADDRESS,
)  # fmt: skip


def _gravest(failures: tuple[Failure, ...]) -> Failure:
    """Choose among the families' failures: one name server's clear word says more than another's silence."""
    return min(failures, key=lambda f: _GRAVITY.index(f.kind) if f.kind in _GRAVITY else len(_GRAVITY))


async def _ask_all(ctx: Context, host: str, seconds: float) -> dict[Family, _Answer]:
    """Ask for every family at once; who has an address waits only shortly for the other."""
    # Each family apart, since one getaddrinfo for both is silent until the slower one has an answer.
    asked = {family: asyncio.ensure_future(_ask(ctx, host, family, seconds)) for family in allowed(ctx.vantage.family)}
    try:
        done, late = await asyncio.wait(asked.values(), return_when=asyncio.FIRST_COMPLETED)
        found = any(not isinstance(task.result(), Failure) for task in done)
        await asyncio.wait(asked.values(), timeout=RESOLUTION_DELAY if found and late else seconds)
        return {
            family: task.result() if task.done() else silence(Operation.RESOLVE, seconds)
            for family, task in asked.items()
        }
    finally:
        for task in asked.values():
            task.cancel()
        await asyncio.gather(*asked.values(), return_exceptions=True)


async def _ask(ctx: Context, host: str, family: Family, seconds: float) -> _Answer:
    try:
        async with asyncio.timeout(seconds):
            match _resolver(ctx):
                case SystemResolver():
                    return _naming_servers(await _in_a_thread(host, family))
                case Nameserver() as server:
                    from hms_doctor.wire.connection.nameserver import query

                    found = await query(server, host, family)
                    return found if isinstance(found, Failure) else _addresses(found, family)
    except TimeoutError:
        failure = silence(Operation.RESOLVE, seconds)
        return _naming_servers(failure) if isinstance(_resolver(ctx), SystemResolver) else failure


def _naming_servers(answer: _Answer) -> _Answer:
    """Tell whom this machine asks, where nobody answered: the first question of whoever has to mend it."""
    if not isinstance(answer, Failure) or answer.kind not in {Kind.UNRESOLVED, Kind.SILENT}:
        return answer
    servers = asked_servers()
    return replace(answer, detail=f"{answer.detail}; {ASKED}{', '.join(servers)}") if servers else answer


def who_else_may_know(ctx: Context, failure: Failure) -> tuple[str, ...]:
    """Give the name servers of this network to ask directly where the system's own look-up found nothing."""
    by_the_system = isinstance(ctx.settings.resolver, SystemResolver)
    return others_to_ask() if by_the_system and failure.operation is Operation.RESOLVE else ()


def _addresses(found: tuple[str, ...], family: Family) -> tuple[Address, ...]:
    return tuple(Address(family=family, ip=ip) for ip in dict.fromkeys(found))


async def _in_a_thread(host: str, family: Family) -> _Answer:
    """Call ``getaddrinfo`` in a thread of its own: the loop's pool would keep the process alive until it returns."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[_Answer] = loop.create_future()

    def settle(found: _Answer) -> None:
        if not answer.done():
            answer.set_result(found)

    def look_up() -> None:
        found = _system_answer(host, family)
        try:
            loop.call_soon_threadsafe(settle, found)
        except RuntimeError:  # the run ended before the name server spoke
            return

    Thread(target=look_up, daemon=True, name="hms-doctor resolve").start()
    return await answer


def _system_answer(host: str, family: Family) -> _Answer:
    try:
        found = socket.getaddrinfo(host, None, family=FAMILIES[family], type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return Failure(operation=Operation.RESOLVE, kind=_kind_of(error), detail=error.strerror or "")
    except (OSError, UnicodeError):
        return Failure(operation=Operation.RESOLVE, kind=Kind.NXDOMAIN, detail="not a possible host name")
    nothing = Failure(operation=Operation.RESOLVE, kind=Kind.NO_ADDRESS)
    return _addresses(tuple(_text(info[4]) for info in found), family) or nothing


def _text(sockaddr: tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]) -> str:
    ip, zone = str(sockaddr[0]), sockaddr[3] if len(sockaddr) == 4 else 0  # noqa: PLR2004 - (ip, port, flow, zone)
    return f"{ip}%{zone}" if zone and "%" not in ip else ip


def _kind_of(error: socket.gaierror) -> Kind:
    # EAI_NODATA is missing on macOS, which says EAI_NONAME for both; Windows uses WSANO_DATA.
    if error.errno in {getattr(socket, "EAI_NODATA", None), getattr(socket, "EAI_ADDRFAMILY", None), 11004}:
        return Kind.NO_ADDRESS
    if error.errno == socket.EAI_NONAME:
        return Kind.NXDOMAIN
    # EAI_AGAIN stands for a server's SERVFAIL, for servers that cannot be reached, and for none being set.
    return Kind.UNRESOLVED if error.errno == socket.EAI_AGAIN else Kind.SERVFAIL
