"""What the list does not name and one change would open."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from ice_rows import (
    BOUND,
    CLOSED_PORT,
    CUT_OFF,
    EXPIRED_TLS,
    HOST,
    NO_BINDING,
    NO_NAME,
    NOT_A_URL,
    PROVEN,
    SILENT,
    bindings,
    refused,
    tcp,
    tls,
    udp,
    unreached,
)

from hms_doctor.checks.ice_verdict import Seen, diagnose, experiments
from hms_doctor.model.failure import Kind, Operation
from hms_doctor.model.finding import Passed, Status, Undecided, status_of
from hms_doctor.model.ice.other_ways import Surroundings, Tried, paths_from
from hms_doctor.model.ice.relays import Bindings, RelayRow, Relays, Stage
from hms_doctor.model.ice.urls import IceUrl, parse_ice_url
from hms_doctor.model.vantage import Carrier, ProxyUse, Vantage

NONE_BOUND = bindings(NO_BINDING, NO_BINDING)
UDP_443, UDP_3478 = Vantage(carrier=Carrier.UDP, port=443), Vantage(carrier=Carrier.UDP, port=3478)
TLS_443, TLS_5349 = Vantage(carrier=Carrier.TLS, port=443), Vantage(carrier=Carrier.TLS, port=5349)
TCP_443, TCP_3478 = Vantage(carrier=Carrier.TCP, port=443), Vantage(carrier=Carrier.TCP, port=3478)
DIRECT, FORCED = Vantage(proxy=ProxyUse.DIRECT), Vantage(proxy=ProxyUse.FORCED)
NO_CONNECTION = unreached(Kind.SILENT, Stage.REACH, Operation.CONNECT)
NO_PROXY_WAY = unreached(Kind.PROXY_REFUSED, Stage.REACH, Operation.PROXY)
WEB_PAGE = unreached(Kind.MALFORMED, Stage.CHALLENGE)


def by_proxy(row: RelayRow) -> RelayRow:
    return replace(row, via="proxy.test:3128")


@dataclass(frozen=True)
class Way:
    name: str
    rows: tuple[RelayRow, ...]
    tried: tuple[Vantage, ...]
    bindings: Bindings = NONE_BOUND
    here: Surroundings = field(default_factory=Surroundings)


WAYS = [
    Way("UDP works: nothing is asked", (udp(PROVEN), tcp(NO_CONNECTION)), ()),
    Way("nothing is offered", (), ()),
    Way("a server's own word is what stands in the way", (udp(SILENT), tcp(refused(401))), ()),
    Way("our deadline came first", (udp(SILENT), tcp(CUT_OFF)), ()),
    Way("a text that is no URL", (udp(NOT_A_URL),), ()),
    Way("UDP dead on every usual port, TCP works: all is known", (udp(SILENT), tcp(PROVEN)), ()),
    Way(
        "UDP 3478 dead, 443 answers bindings, TCP works",
        (udp(SILENT), tcp(PROVEN)),
        (UDP_443,),
        bindings(NO_BINDING, beyond=(BOUND,)),
    ),
    Way(
        "3478 dead: other ports, TLS beside TCP",
        (udp(SILENT), tcp(NO_CONNECTION)),
        (TLS_443, TCP_443, TLS_5349),
    ),
    Way("3478 and 443 over TCP are no way", (udp(SILENT), tcp(NO_CONNECTION), tcp(NO_CONNECTION, 443)), (TLS_5349,)),
    Way(
        "443 opens and closes without TLS",
        (udp(SILENT), tcp(CLOSED_PORT, 443)),
        (TLS_443, TCP_3478, TLS_5349),
    ),
    Way("its certificate expired", (tls(EXPIRED_TLS),), (TCP_443, TCP_3478, TLS_5349)),
    Way(
        "nobody asked over UDP",
        (tls(WEB_PAGE),),
        (UDP_443, UDP_3478, TCP_443, TCP_3478, TLS_5349),
        bindings(),
    ),
    Way(
        "the proxy refuses",
        (udp(SILENT), by_proxy(tcp(NO_PROXY_WAY)), by_proxy(tls(NO_PROXY_WAY))),
        (DIRECT, TCP_443, TLS_5349),
    ),
    Way(
        "a proxy is there and spared",
        (udp(SILENT), tls(NO_CONNECTION)),
        (FORCED, TCP_3478, TLS_5349),
        here=Surroundings(spares_proxy=True),
    ),
    Way(
        "a name that this machine's servers do not know",
        (udp(NO_NAME), tcp(NO_NAME)),
        (Vantage(resolver="192.0.2.53"), Vantage(resolver="192.0.2.1")),
        here=Surroundings(name_servers=("192.0.2.53", "192.0.2.1")),
    ),
    Way("a name that nobody else can be asked about", (udp(NO_NAME), tcp(NO_NAME)), ()),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_what_is_tried_once_media_finds_no_way(way: Way) -> None:
    seen = Seen(relays=Relays(rows=way.rows), bindings=way.bindings, here=way.here)
    assert tuple(experiments(seen)) == way.tried


def test_what_was_tried_is_not_tried_again() -> None:
    assert list(experiments(Tried(vantage=UDP_443, rows=(udp(SILENT, 443),)))) == []


@pytest.mark.parametrize("vantage", [UDP_443, TCP_443, TLS_443])
def test_another_door_of_the_same_hosts_is_a_url_that_a_list_can_take(vantage: Vantage) -> None:
    other = replace(udp(SILENT).path, host="2001:db8::1", url="turn:[2001:db8::1]")
    rows = (udp(SILENT), tcp(SILENT), replace(udp(SILENT), path=other))
    paths = paths_from(vantage, rows)
    assert [path.host for path in paths] == [HOST, "2001:db8::1"]
    for path in paths:
        read = parse_ice_url(path.url)
        assert isinstance(read, IceUrl)
        assert (read.host, read.port, read.transport) == (path.host, vantage.port, path.transport)
        assert read.transport.value == vantage.carrier.value


def test_a_proxy_and_a_name_server_decide_about_the_listed_paths() -> None:
    rows = (udp(SILENT), tcp(NO_CONNECTION), tls(NO_CONNECTION))
    assert [path.url for path in paths_from(DIRECT, rows)] == [row.path.url for row in rows[1:]]
    assert len(paths_from(Vantage(resolver="192.0.2.1"), rows)) == 3


CHALLENGED = refused(401, stage=Stage.CHALLENGE)
DNS_SILENT = unreached(Kind.SILENT, Stage.RESOLVE, Operation.RESOLVE)
ASKING = Vantage(resolver="192.0.2.1")


@pytest.mark.parametrize(
    ("vantage", "rows", "status", "says", "lesson"),
    [
        (
            TLS_443,
            (tls(CHALLENGED),),
            Status.PASS,
            "turns:turn-in.100ms.live:443?transport=tcp answers, which the list does not name",
            "Or let 100ms's support add turns:turn-in.100ms.live:443?transport=tcp too",
        ),
        (TCP_443, (tcp(refused(486), 443),), Status.PASS, "answers", "add turn:turn-in.100ms.live:443?transport=tcp"),
        (TCP_443, (tcp(PROVEN, 443),), Status.PASS, "answers", "it is not in the list and answers from here"),
        (TCP_443, (tcp(NO_CONNECTION, 443), tcp(CHALLENGED)), Status.PASS, "3478", "3478"),
        (TCP_443, (tcp(refused(403), 443),), Status.FAIL, "fails (403)", ""),
        (UDP_443, (udp(SILENT, 443),), Status.FAIL, "turn:turn-in.100ms.live:443 gets no answer", ""),
        (TCP_443, (tcp(CLOSED_PORT, 443),), Status.FAIL, "is refused", ""),
        (TCP_443, (tcp(CUT_OFF, 443),), Status.INCONCLUSIVE, "in the time there was", ""),
        (TCP_443, (), Status.INCONCLUSIVE, "no other way", ""),
        (DIRECT, (tcp(CHALLENGED),), Status.PASS, "answers without the proxy", "exempt turn-in.100ms.live from it"),
        (
            FORCED,
            (tcp(CHALLENGED),),
            Status.PASS,
            "answers through the proxy",
            "take turn-in.100ms.live out of NO_PROX",
        ),
        (ASKING, (udp(CHALLENGED),), Status.PASS, "192.0.2.1 knows turn-in.100ms.live, and turn:", "let this machine"),
        (ASKING, (udp(SILENT),), Status.PASS, "and no TURN server answers at that address", "192.0.2.1"),
        (DIRECT, (tcp(SILENT),), Status.FAIL, "gets no answer without the proxy", ""),
        (ASKING, (udp(DNS_SILENT),), Status.FAIL, "the name server 192.0.2.1 gives no answer either", ""),
        (ASKING, (udp(NO_NAME),), Status.FAIL, "the name server 192.0.2.1 does not find it either", ""),
    ],
)
def test_what_a_try_teaches(
    vantage: Vantage, rows: tuple[RelayRow, ...], status: Status, says: str, lesson: str
) -> None:
    [finding] = diagnose(Tried(vantage=vantage, rows=rows))
    assert status_of(finding) is status
    assert says in finding.summary
    if isinstance(finding, Passed):
        assert lesson in finding.lesson


def test_a_backend_of_ones_own_is_mended_by_its_app() -> None:
    path = replace(tls(CHALLENGED).path, host="turn.test", url="turns:turn.test:443?transport=tcp")
    [finding] = diagnose(Tried(vantage=TLS_443, rows=(replace(tls(CHALLENGED), path=path),)))
    assert isinstance(finding, Passed)
    assert finding.lesson.startswith("Or let the app's list of ICE servers name turns:turn.test:443")


def test_an_undecided_try_has_no_code() -> None:
    [finding] = diagnose(Tried(vantage=UDP_443, rows=()))
    assert isinstance(finding, Undecided)


def test_every_kind_of_try_is_in_the_table() -> None:
    tried: Sequence[Vantage] = [vantage for way in WAYS for vantage in way.tried]
    assert {vantage.carrier for vantage in tried} == set(Carrier)
    assert {vantage.proxy for vantage in tried} == set(ProxyUse)
