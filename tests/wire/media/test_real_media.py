"""The paced loop, the load and the second socket through a real TURN server, on roads good and bad."""

import asyncio
import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bad_road import BadRoad, bad_road, cut_stream
from coturn_server import HERE, Coturn, needs_coturn, run_coturn
from ice_helpers import context, final_rows, listed

from hms_doctor.model.check import Context
from hms_doctor.model.ice.media import BrokeOff, Carried, Load, LoopRow, NotCarried, PacedLoop
from hms_doctor.model.ice.relay_words import works
from hms_doctor.model.ice.relays import Allocated, Proof, Proven, RelayRow, Stage
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.wire.media.load import Climb, load
from hms_doctor.wire.media.loop import Pace
from hms_doctor.wire.media.relayed import Proved, fastest
from hms_doctor.wire.media.sweep import sweep_media

pytestmark = needs_coturn
BRIEF = Pace(packets=30, interval=0.01)
ELSEWHERE = "127.0.0.2"
"""Another address of this machine, for relays that are not where the server is."""


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    yield from run_coturn(tmp_path_factory.mktemp("coturn"), "-a", "-u", "hms:pass")


@pytest.fixture(scope="module")
def selfless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """A server whose relays may not send to each other."""
    directory = tmp_path_factory.mktemp("selfless")
    yield from run_coturn(directory, "-a", "-u", "hms:pass", "--denied-peer-ip", ELSEWHERE, relay=ELSEWHERE)


@pytest.fixture
def scarce(tmp_path: Path) -> Iterator[Coturn]:
    yield from run_coturn(tmp_path, "-a", "-u", "hms:pass", "--user-quota", "1")


async def proved(ctx: Context, servers: IceServers) -> tuple[Proved, ...]:
    return fastest(await final_rows(ctx, servers), servers)


async def looped(ctx: Context, servers: IceServers, pace: Pace = BRIEF) -> tuple[LoopRow, ...]:
    return [rows async for rows in sweep_media(ctx, await proved(ctx, servers), pace)][-1]


def loop_of(row: LoopRow) -> PacedLoop:
    assert isinstance(row.outcome, Carried), row.outcome
    return row.outcome.loop


def trips_ms(loop: PacedLoop) -> list[float]:
    return [1000 * (echo.at - loop.left_at[echo.number]) for echo in loop.echoes]


async def test_voice_passes_over_udp_tcp_and_tls_side_by_side(coturn: Coturn) -> None:
    servers = listed(*coturn.urls("udp", "tcp", "tls"))
    async with context(ca_file=coturn.ca_file) as ctx:
        paths = await proved(ctx, servers)
        began = time.monotonic()
        rows = [rows async for rows in sweep_media(ctx, paths)][-1]
        lasted = time.monotonic() - began
    assert [row.path.transport.value for row in rows] == ["udp", "tcp", "tls"]
    for row in rows:
        assert (row.attempts, row.proof) == (1, Proof.HAIRPIN)
        assert {echo.number for echo in loop_of(row).echoes} == set(range(100)), "no false loss"
    assert 1.98 < lasted < 5.5, "at once, not one after another"


async def test_delay_is_the_roads(coturn: Coturn) -> None:
    async with bad_road(BadRoad(delay=0.025), coturn.port) as road, context() as ctx:
        [row] = await looped(ctx, listed(f"turn:{HERE}:{road.port}"))
    trips = sorted(trips_ms(loop_of(row)))
    assert trips[0] > 49.5
    assert trips[0] < 60


async def test_loss_is_the_roads(coturn: Coturn) -> None:
    async with bad_road(BadRoad(), coturn.port) as road, context() as ctx:
        paths = await proved(ctx, listed(f"turn:{HERE}:{road.port}"))
        road.loss, road.lost = 0.1, 0
        [row] = [rows async for rows in sweep_media(ctx, paths, BRIEF)][-1]
    assert road.lost > 0
    assert len(loop_of(row).echoes) == BRIEF.packets - road.lost


async def test_a_road_that_dies_once_is_tried_again(coturn: Coturn) -> None:
    async with bad_road(BadRoad(), coturn.port) as road, context() as ctx:
        paths = await proved(ctx, listed(f"turn:{HERE}:{road.port}"))
        road.dies_after, road.clients = (10,), 0
        [row] = [rows async for rows in sweep_media(ctx, paths, BRIEF)][-1]
    assert row.attempts == 2
    assert len(loop_of(row).echoes) == BRIEF.packets


@pytest.mark.parametrize("second", [0, 12])
async def test_a_road_that_dies_twice_broke_off(coturn: Coturn, second: int) -> None:
    async with bad_road(BadRoad(), coturn.port) as road, context(seconds=6) as ctx:
        paths = await proved(ctx, listed(f"turn:{HERE}:{road.port}"))
        road.dies_after, road.clients = (10, second), 0
        [row] = [rows async for rows in sweep_media(ctx, paths, BRIEF)][-1]
    assert isinstance(row.outcome, BrokeOff)
    assert row.attempts == 2
    assert 0 < len(row.outcome.loop.echoes) < 10
    assert "no answer" in str(row.outcome.failure)


async def test_a_road_that_carries_nothing_any_more(coturn: Coturn) -> None:
    async with bad_road(BadRoad(), coturn.port) as road, context() as ctx:
        paths = await proved(ctx, listed(f"turn:{HERE}:{road.port}"))
        road.dies_after, road.clients = (1, 1), 0
        [row] = [rows async for rows in sweep_media(ctx, paths, BRIEF)][-1]
    assert isinstance(row.outcome, NotCarried)
    assert "no packet came back" in row.outcome.why


async def test_a_server_that_is_gone_since(coturn: Coturn) -> None:
    async with bad_road(BadRoad(), coturn.port) as road, context() as ctx:
        servers = listed(f"turn:{HERE}:{road.port}")
        paths = await proved(ctx, servers)
    async with context() as ctx:
        [row] = [rows async for rows in sweep_media(ctx, paths, BRIEF)][-1]
    assert row.outcome == NotCarried(why="connection refused (ECONNREFUSED)")


@pytest.mark.parametrize(("lives", "outcome"), [((2000,), Carried), ((2000, 2000), BrokeOff)])
async def test_a_stream_that_is_cut(coturn: Coturn, lives: tuple[int, ...], outcome: type) -> None:
    whole = (10**6,)  # for the proof
    async with cut_stream(coturn.port, (*whole, *lives)) as port, context() as ctx:
        [row] = await looped(ctx, listed(f"turn:{HERE}:{port}?transport=tcp"))
    assert isinstance(row.outcome, outcome)
    assert row.attempts == 2


async def test_a_relay_that_forbids_itself_is_proven_by_a_second_socket(selfless: Coturn) -> None:
    servers = listed(*selfless.urls("udp", "tcp"))
    async with context() as ctx:
        rows = await final_rows(ctx, servers)
        loops = [loops async for loops in sweep_media(ctx, fastest(rows, servers), BRIEF)][-1]
    for row in rows:
        assert isinstance(row.outcome, Proven), row
        assert row.outcome.proof is Proof.OWN_SOCKET
        assert len(row.outcome.rtts_ms) == 5
    for loop in loops:
        assert (loop.proof, loop.attempts) == (Proof.OWN_SOCKET, 1)
        assert {echo.number for echo in loop_of(loop).echoes} == set(range(BRIEF.packets))


async def test_a_relay_that_forbids_every_peer_of_ours_is_allocated(tmp_path: Path) -> None:
    for server in run_coturn(tmp_path, "-a", "-u", "hms:pass", "--denied-peer-ip", HERE):
        async with context() as ctx:
            [row] = await final_rows(ctx, listed(*server.urls("udp")))
        assert row.outcome == Allocated(stage=Stage.PERMISSION, why="403 Forbidden IP")


async def test_without_udp_a_second_socket_is_not_waited_for_long(selfless: Coturn) -> None:
    async with cut_stream(selfless.port, ()) as port, context() as ctx:
        began = time.monotonic()
        [row] = await final_rows(ctx, listed(f"turn:{HERE}:{port}?transport=tcp"))
    assert isinstance(row.outcome, Allocated)
    assert time.monotonic() - began < 2.5


async def test_a_quota_of_one_lets_the_loops_go_one_after_another(scarce: Coturn) -> None:
    servers = listed(*scarce.urls("udp", "tcp"))
    async with context(ca_file=scarce.ca_file, seconds=40) as ctx:
        [udp, tcp] = await looped(ctx, servers)
    assert len(loop_of(udp).echoes) == len(loop_of(tcp).echoes) == BRIEF.packets


async def test_a_cancelled_loop_leaves_no_allocation(scarce: Coturn) -> None:
    servers = listed(*scarce.urls("udp"))
    async with context() as ctx:
        paths = await proved(ctx, servers)
        rows = sweep_media(ctx, paths, Pace(packets=1000))
        await anext(rows)
        await asyncio.sleep(1.6)  # past the quota's second, in the middle of the loop
        await rows.aclose()
    until = time.monotonic() + 15
    [row] = await _again(scarce)
    while not works(row.outcome) and time.monotonic() < until:
        [row] = await _again(scarce)
    assert works(row.outcome), row


async def _again(server: Coturn) -> tuple[RelayRow, ...]:
    async with context() as ctx:
        return await final_rows(ctx, listed(*server.urls("udp")))


@pytest.mark.parametrize("name", ["udp", "tcp", "tls"])
async def test_loopback_carries_the_highest_rate(coturn: Coturn, name: str) -> None:
    servers = listed(*coturn.urls(name))
    async with context(ca_file=coturn.ca_file) as ctx:
        [path] = await proved(ctx, servers)
        loaded = await load(ctx, path, Climb(rates=(2_500_000,), lasts=0.6))
    assert isinstance(loaded, Load)
    [step] = loaded.steps
    assert step.came_back_bytes >= 0.9 * step.sent_bytes
    assert 1_500_000 < 8 * step.sent_bytes / step.lasted < 2_600_000


async def test_the_url_may_be_listed_twice_with_two_logins(coturn: Coturn) -> None:
    [right] = listed(*coturn.urls("udp")).servers
    [wrong] = listed(*coturn.urls("udp"), credential="wrong").servers
    servers = dataclasses.replace(listed(), servers=(wrong, right))
    async with context() as ctx:
        [row] = await looped(ctx, servers)
    assert isinstance(row.outcome, Carried)
