"""The paced loop on roads whose every delay and loss is known, and our own stalls told from them."""

import asyncio
import random
import time

import pytest
from fuzzed_talks import hurried
from roads import Fate, Road, steady

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Kind, Operation
from hms_doctor.model.ice.media import PacedLoop
from hms_doctor.wire.media.heartbeat import Heartbeat
from hms_doctor.wire.media.loop import Died, Pace, Run, run_loop


def over(road: Road, pace: Pace | None = None) -> Run:
    async def work(_ctx: Context) -> Run:
        return await run_loop(road, pace or Pace())

    return hurried(work)


def carried(fate: Fate, *, is_stream: bool = False) -> PacedLoop:
    loop = over(Road(fate, is_stream=is_stream))
    assert isinstance(loop, PacedLoop), loop
    return loop


def trips(loop: PacedLoop) -> list[float]:
    return [echo.at - loop.left_at[echo.number] for echo in loop.echoes]


def test_a_hundred_packets_of_voice_leave_in_time_and_come_back() -> None:
    road = Road(steady(0.05))
    loop = over(road)
    assert isinstance(loop, PacedLoop)
    assert loop.left_at == pytest.approx([number * 0.02 for number in range(100)])
    assert [echo.number for echo in loop.echoes] == list(range(100))
    assert trips(loop) == pytest.approx([0.05] * 100)
    assert {len(payload) for _at, payload in road.sent} == {172}
    assert loop.stalls == ()


def test_they_look_like_voice() -> None:
    road = Road(steady(0.05))
    over(road)
    for number, (_at, payload) in enumerate(road.sent):
        assert payload[0] >> 6 == 2, "RTP version 2"
        assert payload[1] == 111
        assert int.from_bytes(payload[2:4], "big") == number
        assert int.from_bytes(payload[4:8], "big") == 960 * number
    assert len({payload[8:] for _at, payload in road.sent}) == 1


def test_it_ends_with_the_last_packet() -> None:
    async def work(_ctx: Context) -> float:
        began = asyncio.get_running_loop().time()
        await run_loop(Road(steady(0.05)), Pace())
        return asyncio.get_running_loop().time() - began

    assert hurried(work) == pytest.approx(99 * 0.02 + 0.05)


@pytest.mark.parametrize(("trip", "straggling"), [(0.05, 0.3), (0.2, 0.6)])
def test_what_never_comes_is_waited_for_a_moment(trip: float, straggling: float) -> None:
    async def work(_ctx: Context) -> float:
        began = asyncio.get_running_loop().time()
        await run_loop(Road(lambda number: () if number == 99 else (trip,)), Pace())
        return asyncio.get_running_loop().time() - began

    assert hurried(work) == pytest.approx(99 * 0.02 + straggling, abs=0.03)


def test_a_loop_that_ends_before_its_first_packet_is_back_waits_for_it() -> None:
    async def work(_ctx: Context) -> Run:
        return await run_loop(Road(steady(0.9)), Pace(packets=10), 0.8)

    loop = hurried(work)
    assert isinstance(loop, PacedLoop)
    assert len(loop.echoes) == 10


@pytest.mark.parametrize("loss", [0.0, 0.02, 0.1, 0.5])
def test_loss_is_what_was_lost(loss: float) -> None:
    dice = random.Random(7)
    lost = {number for number in range(100) if dice.random() < loss}
    loop = carried(lambda number: () if number in lost else (0.05,))
    assert {echo.number for echo in loop.echoes} == set(range(100)) - lost


def test_order_of_arrival_and_duplicates_are_kept() -> None:
    loop = carried(lambda number: (0.055,) if number == 10 else (0.03, 0.04) if number == 20 else (0.03,))
    numbers = [echo.number for echo in loop.echoes]
    assert numbers.index(11) < numbers.index(10) < numbers.index(12)
    assert numbers.count(20) == 2
    assert len(numbers) == 101


def test_a_late_packet_over_a_stream_is_no_loss() -> None:
    loop = carried(lambda number: (0.9 if number > 95 else 0.05,), is_stream=True)
    assert len(loop.echoes) == 100


def test_strangers_are_not_counted() -> None:
    road = Road(steady(0.05))

    def disturb() -> None:
        voice = road.sent[0][1]
        for payload in (b"", b"x" * 172, voice[:-1], voice[:-1] + b"!", voice[:2] + b"\xff\xff" + voice[4:]):
            road.arrive(payload)
        ahead = voice[:2] + (99).to_bytes(2, "big") + (99 * 960).to_bytes(4, "big") + voice[8:]
        road.arrive(ahead)  # a packet that has not left yet

    async def work(_ctx: Context) -> Run:
        asyncio.get_running_loop().call_later(0.5, disturb)
        return await run_loop(road, Pace())

    loop = hurried(work)
    assert isinstance(loop, PacedLoop)
    assert len(loop.echoes) == 100


@pytest.mark.parametrize(("last", "dead"), [(-1, True), (20, True), (60, True), (74, True), (75, False), (90, False)])
def test_a_path_that_carries_nothing_any_more_is_dead_after_half_a_second(last: int, dead: bool) -> None:
    run = over(Road(lambda number: (0.05,) if number <= last else ()))
    assert isinstance(run, Died) is dead
    if isinstance(run, Died):
        assert (run.failure.operation, run.failure.kind) == (Operation.ECHO, Kind.SILENT)
        assert len(run.loop.echoes) == last + 1
        assert len(run.loop.left_at) == 100


def test_a_gap_is_no_death() -> None:
    assert len(carried(lambda number: () if 20 <= number < 80 else (0.05,)).echoes) == 40


def test_the_end_of_a_stream_ends_the_loop_at_once() -> None:
    road = Road(steady(0.05), is_stream=True)

    async def work(_ctx: Context) -> tuple[Run, float]:
        began = asyncio.get_running_loop().time()
        asyncio.get_running_loop().call_later(0.5, road.end, Kind.RESET)
        return await run_loop(road, Pace()), asyncio.get_running_loop().time() - began

    run, lasted = hurried(work)
    assert isinstance(run, Died)
    assert (run.failure.operation, run.failure.kind) == (Operation.ECHO, Kind.RESET)
    assert lasted == pytest.approx(0.5, abs=0.03)


def test_a_stream_that_has_ended_before_the_first_packet() -> None:
    async def work(_ctx: Context) -> Run:
        road = Road(steady(0.05), is_stream=True)
        road.end(Kind.CLOSED)
        return await run_loop(road, Pace())

    run = hurried(work)
    assert isinstance(run, Died)
    assert run.failure.kind is Kind.CLOSED


def test_a_refused_datagram_need_not_be_the_last_word() -> None:
    def refused_at(road: Road) -> Run:
        async def work(_ctx: Context) -> Run:
            asyncio.get_running_loop().call_later(0.5, road.end, Kind.REFUSED)
            return await run_loop(road, Pace())

        return hurried(work)

    lively = refused_at(Road(steady(0.05)))
    assert isinstance(lively, PacedLoop)
    assert len(lively.echoes) == 100
    dead = refused_at(Road(lambda number: (0.05,) if number < 25 else ()))
    assert isinstance(dead, Died)
    assert dead.failure.kind is Kind.REFUSED, "ICMP says more than silence"


async def test_a_stall_at_the_end_loses_nothing() -> None:
    asyncio.get_running_loop().call_later(0.095, time.sleep, 0.5)
    loop = await run_loop(Road(steady(0.02)), Pace(packets=10, interval=0.01))
    assert isinstance(loop, PacedLoop)
    assert len(loop.echoes) == 10


async def test_our_own_stall_is_seen_and_makes_no_later_packet_late() -> None:
    asyncio.get_running_loop().call_later(0.055, time.sleep, 0.08)
    loop = await run_loop(Road(steady(0.001)), Pace(packets=20, interval=0.01))
    assert isinstance(loop, PacedLoop)
    late = [left - number * loop.interval for number, left in enumerate(loop.left_at)]
    assert max(late) > 0.05
    assert late[-1] < 0.05, "the schedule counts from the first packet"
    assert max(stall.lasted for stall in loop.stalls) > 0.05
    assert any(0.04 < stall.at < 0.15 for stall in loop.stalls)


async def test_a_heart_that_beats_in_time_tells_nothing_of_before() -> None:
    loop = asyncio.get_running_loop()
    async with Heartbeat() as heart:
        loop.call_later(0.01, time.sleep, 0.05)
        await asyncio.sleep(0.1)
        stalls = heart.stalls(loop.time() - 0.2)
        assert stalls[0].lasted > 0.03
        assert heart.stalls(loop.time() + 1) == ()
