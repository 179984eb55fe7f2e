"""Which ways beside the list are worth a try once media finds none, and what such a try teaches. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from hms_doctor.model.causes import ice as causes
from hms_doctor.model.failure import Kind, Operation
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided
from hms_doctor.model.ice.obstacles import fails_how, is_unresolved
from hms_doctor.model.ice.relay_words import answers, evidence_of, over, works
from hms_doctor.model.ice.relays import NotAUrl, Path, Refused, RelayRow, Unreached, is_unknown
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.network.own_host import is_of_100ms
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Carrier, Family, ProxyUse, Vantage

USUAL_WAYS: Final = (
    (Transport.UDP, 443),
    (Transport.UDP, 3478),
    (Transport.TLS, 443),
    (Transport.TCP, 443),
    (Transport.TCP, 3478),
    (Transport.TLS, 5349),
)
"""Where TURN servers are met (RFC 8656 section 3.1; 100ms's firewall page has 443 and 3478), best for a call first."""
MOST_HOSTS: Final = 4
_FORBIDDEN: Final = 403


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What this machine could do otherwise, where its settings leave a choice."""

    name_servers: tuple[str, ...] = ()  # whom to ask directly where a name was not found
    spares_proxy: bool = False  # a proxy is set, and NO_PROXY leads these hosts past it


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The same servers met in another way, no further than to their first answer: nothing was allocated."""

    vantage: Vantage
    rows: tuple[RelayRow, ...]


def worth_trying(rows: Sequence[RelayRow], silent_udp: Iterable[int], here: Surroundings) -> Iterator[Vantage]:
    """Say what to change, once no relay works over UDP; nothing where a server's own word is what stands in the way."""
    if any(works(row.outcome) for row in over(rows, Transport.UDP)) or _is_no_question_of_ways(rows):
        return
    if all(is_unresolved(row.outcome) for row in rows):
        yield from (Vantage(resolver=server) for server in here.name_servers)
        return
    streams = over(rows, Transport.TCP, Transport.TLS)
    lost = [row for row in streams if not works(row.outcome)]
    if any(row.via for row in lost):
        yield Vantage(proxy=ProxyUse.DIRECT)
    elif lost and here.spares_proxy:
        yield Vantage(proxy=ProxyUse.FORCED)
    known = {(row.path.transport, row.path.port) for row in rows}
    known |= {(Transport.UDP, port) for port in silent_udp}
    known |= {(way, row.path.port) for row in streams if _is_closed(row) for way in (Transport.TCP, Transport.TLS)}
    for transport, port in USUAL_WAYS:
        if (transport, port) not in known and (transport is Transport.UDP or len(lost) == len(streams)):
            yield Vantage(carrier=Carrier(transport.value), port=port)


def _is_no_question_of_ways(rows: Sequence[RelayRow]) -> bool:
    if all(isinstance(row.outcome, Unreached) and row.outcome.failure.kind is Kind.IPV6_ALONE for row in rows):
        return True
    return any(isinstance(row.outcome, Refused | NotAUrl) or is_unknown(row.outcome) for row in rows)


def _is_closed(row: RelayRow) -> bool:
    """Whether no TCP connection to a port comes about, so that nothing else spoken there would get through."""
    return isinstance(row.outcome, Unreached) and row.outcome.failure.operation is Operation.CONNECT and not row.via


def paths_from(vantage: Vantage, rows: Sequence[RelayRow]) -> tuple[Path, ...]:
    """Give the paths to try: those of the list that a proxy or a name server decides about, or others at its hosts."""
    if vantage.carrier is not Carrier.AS_LISTED:
        hosts = dict.fromkeys(row.path.host for row in rows if not is_unresolved(row.outcome))
        return tuple(_path(host, Transport(vantage.carrier.value), vantage.port) for host in hosts)[:MOST_HOSTS]
    asked = [row for row in rows if vantage.resolver or row.path.transport is not Transport.UDP]
    unlike = {row.path.url: replace(row.path, family=Family.IPV4) for row in asked if not works(row.outcome)}
    return tuple(unlike.values())[: 2 * MOST_HOSTS]


def _path(host: str, transport: Transport, port: int) -> Path:
    scheme, query = ("turns", "tcp") if transport is Transport.TLS else ("turn", transport.value)
    url = f"{scheme}:{f'[{host}]' if ':' in host else host}:{port}?transport={query}"
    return Path(url=url, host=host, port=port, transport=transport, family=Family.IPV4)


def judge(tried: Tried) -> Finding:
    """Say whether the change helped, and what follows from that."""
    rows, evidence = tried.rows, {"rows": [evidence_of(row) for row in tried.rows]}
    met = [row.path for row in rows if answers(row.outcome) and not _is_forbidden(row)]
    if tried.vantage.resolver and any(not is_unresolved(row.outcome) and not is_unknown(row.outcome) for row in rows):
        return _known_elsewhere(tried.vantage.resolver, rows, met)
    if met:
        return replace(_met(tried.vantage, met[0]), evidence=evidence)
    if all(is_unknown(row.outcome) for row in rows):
        return Undecided(summary="no other way could be tried in the time there was", evidence=evidence)
    row = next(row for row in rows if not is_unknown(row.outcome))
    return Failed(cause=causes.UNREACHABLE, summary=_in_vain(tried.vantage, row), evidence=evidence)


def _in_vain(vantage: Vantage, row: RelayRow) -> str:
    if not vantage.resolver:
        proxy = "" if vantage.proxy is ProxyUse.AS_SET else f" {Vantage(proxy=vantage.proxy)}"
        return f"{row.path.url} {fails_how(row)}{proxy}"
    silent = isinstance(row.outcome, Unreached) and row.outcome.failure.kind not in _ANSWERED
    return f"the name server {vantage.resolver} {'gives no answer' if silent else 'does not find it'} either"


_ANSWERED: Final = frozenset({Kind.NXDOMAIN, Kind.NO_ADDRESS})


def _is_forbidden(row: RelayRow) -> bool:
    return isinstance(row.outcome, Refused) and row.outcome.code == _FORBIDDEN


def _known_elsewhere(server: str, rows: Sequence[RelayRow], met: Sequence[Path]) -> Passed:
    host = next(row.path.host for row in rows if not is_unresolved(row.outcome) and not is_unknown(row.outcome))
    there = f"{met[0].url} answers at that address" if met else "no TURN server answers at that address"
    return Passed(
        summary=f"the name server {server} knows {host}, and {there}",
        lesson=f"The name server {server} of this network knows {host}: let this machine ask it.",
    )


def _met(vantage: Vantage, path: Path) -> Passed:
    match vantage.proxy:
        case ProxyUse.DIRECT:
            lesson = f"Without the proxy it works from here: exempt {path.host} from it (NO_PROXY; in browsers too)."
            return Passed(summary=f"{path.url} answers without the proxy", lesson=lesson)
        case ProxyUse.FORCED:
            lesson = f"Through the proxy it works from here: take {path.host} out of NO_PROXY."
            return Passed(summary=f"{path.url} answers through the proxy", lesson=lesson)
        case ProxyUse.AS_SET:
            whose = "100ms's support add" if is_of_100ms(path.host) else "the app's list of ICE servers name"
            lesson = f"Or let {whose} {path.url} too: it is not in the list and answers from here."
            return Passed(summary=f"{path.url} answers, which the list does not name", lesson=lesson)
