"""Bandwidth on roads of known width, on a clock that hurries."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from fuzzed_talks import hurried
from roads import Road, steady

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Kind
from hms_doctor.model.ice.media import Step
from hms_doctor.wire.media.load import ENOUGH, HEADERS, LASTS, RATES, Climb, run_load


class NarrowRoad(Road):
    """So many bits a second pass, and a queue of so many bytes waits before it."""

    def __init__(self, rate: float, queue: float, *, trip: float = 0.05, is_stream: bool = False) -> None:
        super().__init__(steady(trip), is_stream=is_stream)
        self._rate, self._queue, self._trip = rate, queue, trip
        self._free_at = 0.0

    def send(self, payload: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.sent.append((loop.time(), payload))
        waiting = max(0.0, self._free_at - loop.time())
        if waiting * self._rate / 8 > self._queue:
            return
        self._free_at = loop.time() + waiting + 8 * (len(payload) + HEADERS) / self._rate
        loop.call_at(self._free_at + self._trip, self.arrive, payload)


def climbed(road: Road, *, rtt: float = 0.05, meanwhile: Callable[[], object] | None = None) -> tuple[Step, ...]:
    async def work(_ctx: Context) -> tuple[Step, ...]:
        if meanwhile:
            asyncio.get_running_loop().call_later(2.0, meanwhile)
        return await run_load(road, rtt, Climb())

    return hurried(work)


def back(step: Step) -> float:
    return 8 * step.came_back_bytes / step.lasted


def spread(road: Road, within: float) -> int:
    """Give the most packets that left within a time."""
    times = [at for at, _payload in road.sent]
    return max(sum(first <= at < first + within for at in times) for first in times)


def test_a_wide_road_is_climbed_to_the_top_in_eight_seconds() -> None:
    road = Road(steady(0.05))
    steps = climbed(road)
    assert [back(step) for step in steps] == pytest.approx(list(RATES), rel=0.03)
    assert all(step.came_back_bytes == step.sent_bytes for step in steps)
    assert sum(step.lasted for step in steps) + 0.125 * len(steps) == pytest.approx(LASTS, rel=0.05)
    assert road.sent[-1][0] - road.sent[0][0] <= LASTS


def test_packets_are_small_and_leave_in_small_bursts() -> None:
    road = Road(steady(0.05))
    climbed(road)
    assert max(len(payload) for _at, payload in road.sent) + HEADERS <= 1200
    assert spread(road, 0.009) <= 4
    by_second = [sum(len(p) + HEADERS for at, p in road.sent if int(at) == second) for second in range(1000, 1009)]
    assert 8 * max(by_second) <= 2_500_000


@pytest.mark.parametrize("loss", [0.02, 0.08])
def test_a_little_loss_stops_nobody(loss: float) -> None:
    every = round(1 / loss)
    steps = climbed(Road(lambda number: () if number % every == 0 else (0.05,)))
    assert len(steps) == len(RATES)
    assert steps[-1].came_back_bytes / steps[-1].sent_bytes == pytest.approx(1 - loss, abs=0.01)


def test_much_loss_ends_the_climb() -> None:
    steps = climbed(Road(lambda number: () if number % 5 == 0 else (0.05,)))
    assert len(steps) == 1
    assert steps[0].came_back_bytes / steps[0].sent_bytes == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("is_stream", [False, True])
@pytest.mark.parametrize("queue", [20_000, 10_000_000])
@pytest.mark.parametrize("rate", [400_000, 1_000_000, 2_000_000])
def test_a_narrow_road_shows_its_width(rate: int, queue: int, is_stream: bool) -> None:
    road = NarrowRoad(rate, queue, is_stream=is_stream)
    steps = climbed(road)
    assert [held(step) for step in steps] == [*([True] * (len(steps) - 1)), False]
    assert back(steps[-1]) == pytest.approx(rate, rel=0.1)
    assert all(sent <= rate for sent in RATES[: len(steps) - 1])


def held(step: Step) -> bool:
    return step.came_back_bytes >= ENOUGH * step.sent_bytes


def test_a_road_that_is_full_is_not_filled_further() -> None:
    road = NarrowRoad(100_000, 1e9, is_stream=True)
    steps = climbed(road)
    under_way = sum(step.sent_bytes - step.came_back_bytes for step in steps)
    assert under_way <= 300_000 / 8 * 0.6


def test_a_dead_road_ends_the_climb() -> None:
    [step] = climbed(Road(lambda _number: ()))
    assert (step.came_back_bytes, step.sent_bytes > 0) == (0, True)


def test_the_end_of_a_stream_ends_the_climb() -> None:
    road = Road(steady(0.05), is_stream=True)
    assert len(climbed(road, meanwhile=lambda: road.end(Kind.RESET))) == 2


def test_refused_datagrams_and_strangers_do_not_count() -> None:
    road = Road(steady(0.05))

    def disturb() -> None:
        road.end(Kind.REFUSED)
        strangers: Sequence[bytes] = (b"", b"x" * 300, road.sent[0][1], road.sent[-1][1])
        for stranger in strangers:
            road.arrive(stranger)

    steps = climbed(road, meanwhile=disturb)
    assert len(steps) == len(RATES)
    assert all(step.came_back_bytes == step.sent_bytes for step in steps)
