"""When quality is measured and when not, and what a healthy path gives; figures and words have tests of their own."""

import dataclasses
import time
from collections.abc import Sequence

import pytest
from ice_helpers import at, context, final_rows, listed
from ice_rows import ALLOCATED, PROVEN, SILENT, tcp, tls, udp

from hms_doctor.checks.ice_quality import CHECK, NotMeasured, Observation, diagnose, measure, observe
from hms_doctor.cli.credentials import Credentials, IceFlags
from hms_doctor.cli.request import Limits, NetworkFlags, check_order, network_order
from hms_doctor.model.check import Context, Facts
from hms_doctor.model.finding import NothingToCheck, Passed, Status, status_of
from hms_doctor.model.ice.media import Carried, Load, NoLoad, Quality
from hms_doctor.model.ice.relays import Proof, Proven, RelayRow, Relays, Unfinished
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.settings import MediaProof, Selection
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.wire.media.relayed import fastest

CHEAP = Selection(skip=("devices",))


def asking(ctx: Context, media: MediaProof) -> Context:
    return dataclasses.replace(ctx, settings=dataclasses.replace(ctx.settings, media=media))


async def seen(ctx: Context, rows: Sequence[RelayRow], servers: IceServers) -> list[Observation]:
    facts = Facts([Relays(rows=tuple(rows)), servers])
    return [observation async for observation in observe(ctx, facts)]


async def test_a_plain_check_leaves_it_at_the_proof() -> None:
    async with context() as ctx:
        began = time.monotonic()
        [observation] = await seen(asking(ctx, MediaProof.HANDFUL), [udp(PROVEN)], listed())
        assert time.monotonic() - began < 0.1
    [finding] = diagnose(observation)
    assert isinstance(finding, NothingToCheck)
    assert finding.summary == "quality was not measured: `hms-doctor network` or --deep measures it"
    assert measure(observation) == {}


@pytest.mark.parametrize("media", [MediaProof.LOOP, MediaProof.LOAD])
async def test_without_a_proven_relay_there_is_nothing_to_measure(media: MediaProof) -> None:
    async with context() as ctx:
        [observation] = await seen(asking(ctx, media), [udp(SILENT), tcp(ALLOCATED)], listed())
    assert observation == NotMeasured(why="no relay that was proven to carry packets (ice.turn)")


async def test_voice_and_bandwidth_through_the_simulator() -> None:
    async with Simulator(Scenario()) as simulator, at(simulator, seconds=8.0) as ctx:
        servers = IceServers(servers=simulator.ice_servers, origin="init")
        rows = await final_rows(ctx, servers)
        observations = await seen(asking(ctx, MediaProof.LOAD), rows, servers)
    qualities = [observation for observation in observations if isinstance(observation, Quality)]
    assert len(qualities) == len(observations)
    assert {type(row.outcome) for row in qualities[0].rows} == {Unfinished}, "snapshots tell what is under way"
    last = qualities[-1]
    assert [row.path.transport.value for row in last.rows] == ["udp", "tcp", "tls"]
    for row in last.rows:
        assert isinstance(row.outcome, Carried)
        assert {echo.number for echo in row.outcome.loop.echoes} == set(range(100))
    assert qualities[-2].load == NoLoad(), "the loops stand before the load is through"
    assert isinstance(last.load, Load)
    assert last.load.path == last.rows[0].path
    assert status_of(next(iter(diagnose(last)))) is Status.PASS
    assert {"rtt_ms", "rtt_p95_ms", "jitter_ms", "loss_percent", "bandwidth_kbps"} <= measure(last).keys()


async def test_no_load_where_no_voice_passed() -> None:
    async with context(seconds=3.0) as ctx:
        paths = [udp(PROVEN)]  # of a server that is not there
        observations = await seen(asking(ctx, MediaProof.LOAD), paths, listed(paths[0].path.url))
    last = observations[-1]
    assert isinstance(last, Quality)
    assert last.load == NoLoad()
    assert not any(isinstance(finding, Passed) for finding in diagnose(last))


def test_the_fastest_path_of_each_transport_is_measured() -> None:
    slow, fast = Proven(sent=5, rtts_ms=(80.0,)), Proven(sent=5, rtts_ms=(30.0,), proof=Proof.OWN_SOCKET)
    rows = [udp(slow), udp(fast, 443), udp(ALLOCATED, 80), tls(slow), tcp(SILENT)]
    chosen = fastest(rows, listed(*(row.path.url for row in rows)))
    assert [(each.path, each.proof) for each in chosen] == [
        (rows[1].path, Proof.OWN_SOCKET),
        (rows[3].path, Proof.HAIRPIN),
    ]
    assert [len(each.logins) for each in chosen] == [1, 1]


@pytest.mark.parametrize(
    ("deep", "selection", "media"),
    [
        (False, CHEAP, MediaProof.HANDFUL),
        (False, Selection(only=("ice",)), MediaProof.HANDFUL),
        (False, Selection(only=("ice.quality",)), MediaProof.LOOP),
        (False, Selection(require=("ice.quality",)), MediaProof.LOOP),
        (True, CHEAP, MediaProof.LOAD),
        (True, Selection(only=("ice.quality",)), MediaProof.LOAD),
    ],
)
def test_who_names_it_has_it_measured(deep: bool, selection: Selection, media: MediaProof) -> None:
    order = check_order(
        credentials=Credentials(),
        network=NetworkFlags(),
        ice=IceFlags(),
        selection=selection,
        limits=Limits(deep=deep),
    )
    assert order.settings.media is media


def test_network_measures_it() -> None:
    order = network_order(
        credentials=Credentials(), network=NetworkFlags(), ice=IceFlags(), selection=Selection(), limits=Limits()
    )
    assert order.settings.media is MediaProof.LOOP


def test_what_it_declares() -> None:
    assert CHECK.codes == frozenset(), "quality never fails: it warns"
    assert CHECK.yields == (Quality,)
