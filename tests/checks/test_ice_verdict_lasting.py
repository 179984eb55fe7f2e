"""Relays that were proven and die under way: what a call will be."""

from dataclasses import dataclass, replace

import pytest
from ice_rows import BOUND, PROVEN, SILENT, bindings, tcp, tls, udp

from hms_doctor.checks.ice_verdict import CHECK, Seen, diagnose
from hms_doctor.model.causes import Platform
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Finding, Status, Warned, code_of, status_of
from hms_doctor.model.ice.media import BrokeOff, Carried, Echo, LoopOutcome, LoopRow, NotCarried, PacedLoop, Quality
from hms_doctor.model.ice.relays import RelayRow, Relays, Unfinished
from hms_doctor.model.units import Seconds

INTERVAL = Seconds(0.02)
PASSED = PacedLoop(
    interval=INTERVAL,
    left_at=tuple(Seconds(0.02 * n) for n in range(100)),
    echoes=tuple(Echo(number=n, at=Seconds(0.02 * n + 0.05)) for n in range(31)),
)
CARRIED = Carried(loop=PASSED)
BROKE_OFF = BrokeOff(loop=PASSED, failure=Failure(operation=Operation.ECHO, kind=Kind.SILENT))
NEVER_BACK = BrokeOff(loop=replace(PASSED, echoes=()), failure=Failure(operation=Operation.ECHO, kind=Kind.SILENT))
NOT_AGAIN = NotCarried(why="486 Allocation Quota Reached")
LATE = Unfinished()


@dataclass(frozen=True)
class Lasting:
    name: str
    rows: tuple[RelayRow, ...]
    loops: tuple[LoopOutcome, ...]
    """Of the same paths."""
    status: Status
    says: str
    confidence: str = ""


LASTING = [
    Lasting("all carried", (udp(PROVEN), tcp(PROVEN)), (CARRIED, CARRIED), Status.PASS, "relay over UDP at 42 ms"),
    Lasting("none was asked to", (udp(PROVEN),), (), Status.PASS, "relay over UDP at 42 ms"),
    Lasting(
        "the only one dies",
        (udp(PROVEN),),
        (BROKE_OFF,),
        Status.FAIL,
        "ICE connection failed: the relay over UDP dies under way (packets passed for 0.7 s, then no",
        "medium",
    ),
    Lasting(
        "both die", (udp(PROVEN), tcp(PROVEN)), (BROKE_OFF, BROKE_OFF), Status.FAIL, "over UDP and TCP dies", "high"
    ),
    Lasting(
        "UDP dies, TCP carries",
        (udp(PROVEN), tcp(PROVEN)),
        (BROKE_OFF, CARRIED),
        Status.WARN,
        "packets over TCP kept passing",
    ),
    Lasting(
        "TLS dies, UDP carries",
        (udp(PROVEN), tls(PROVEN)),
        (CARRIED, BROKE_OFF),
        Status.WARN,
        "packets over UDP kept passing",
    ),
    Lasting(
        "UDP dies, TCP is not had again",
        (udp(PROVEN), tcp(PROVEN)),
        (BROKE_OFF, NOT_AGAIN),
        Status.FAIL,
        "the relay over UDP dies",
        "medium",
    ),
    Lasting(
        "UDP dies, TCP not finished",
        (udp(PROVEN), tcp(PROVEN)),
        (BROKE_OFF, LATE),
        Status.WARN,
        "whether one over TCP lasts was not seen",
    ),
    Lasting(
        "UDP dies, TCP never worked", (udp(PROVEN), tcp(SILENT)), (BROKE_OFF,), Status.FAIL, "dies under way", "medium"
    ),
    Lasting("nothing ever came back", (udp(PROVEN),), (NEVER_BACK,), Status.FAIL, "for 0.0 s", "medium"),
    Lasting("not had again is for ice.quality to tell", (udp(PROVEN),), (NOT_AGAIN,), Status.PASS, "relay over UDP"),
]


def judged(row: Lasting) -> Finding:
    loops = tuple(LoopRow(path=each.path, outcome=loop) for each, loop in zip(row.rows, row.loops, strict=False))
    seen = Seen(relays=Relays(rows=row.rows), bindings=bindings(BOUND, BOUND), quality=Quality(rows=loops))
    [finding] = diagnose(seen)
    return finding


@pytest.mark.parametrize("row", LASTING, ids=lambda row: row.name)
def test_a_relay_that_dies_under_way(row: Lasting) -> None:
    finding = judged(row)
    assert status_of(finding) is row.status
    assert row.says in finding.summary
    assert finding.evidence.get("confidence", "") == row.confidence
    if isinstance(finding, Warned | Failed):
        assert finding.cause.id == "turn.path_dies"


@pytest.mark.parametrize("row", [row for row in LASTING if row.status is Status.FAIL], ids=lambda row: row.name)
def test_on_web_it_is_4006(row: Lasting) -> None:
    """A connection that stood goes to "disconnected" first; the pages know 4005 alone."""
    codes = {platform: code_of(judged(row), platform) for platform in Platform}
    assert codes.pop(Platform.WEB) == 4006
    assert set(codes.values()) == {4005} == set(CHECK.codes)
