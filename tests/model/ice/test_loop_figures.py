"""Figures of loops whose truth is known; and that our own stalls are not called jitter."""

import random
from dataclasses import replace
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loops import INTERVAL, loop, measured

from hms_doctor.model.ice.figures import Figures, NoFigures, Stalls, figures_from
from hms_doctor.model.ice.media import Echo, PacedLoop, Stall
from hms_doctor.model.units import Milliseconds, Seconds

TRANSITS = st.lists(st.floats(min_value=0.1, max_value=900), min_size=2, max_size=40)
STEADY = [50.0] * 100


def test_a_steady_path() -> None:
    figures = measured(loop(STEADY))
    assert (figures.sent, figures.arrived, figures.lost, figures.duplicates) == (100, 100, 0, 0)
    assert figures.round_trip == pytest.approx(50)
    assert figures.round_trip_p95 == pytest.approx(50)
    assert figures.jitter == pytest.approx(0)
    assert figures.jitter_rfc3550 == pytest.approx(0)
    assert (figures.loss + figures.reordered, figures.longest_loss, figures.burst_ratio) == (0.0, 0, 1)
    assert figures.stalls == Stalls(late=0, held=0, longest=Milliseconds(0))
    assert not figures.busy


def test_the_median_and_the_slowest_twentieth() -> None:
    figures = measured(loop([*[40.0] * 94, *[140.0] * 6]))
    assert figures.round_trip == pytest.approx(40)
    assert figures.round_trip_p95 == pytest.approx(140)
    assert measured(loop([*[40.0] * 95, *[140.0] * 5])).round_trip_p95 == pytest.approx(40)


def test_jitter_by_the_rfc_is_worked_out_by_hand() -> None:
    figures = measured(loop([10.0, 12.0, 12.0, 15.0]))
    assert figures.jitter_rfc3550 == pytest.approx(((2 / 16) * 15 / 16) * 15 / 16 + 3 / 16)
    assert figures.jitter == pytest.approx((2 + 0 + 3 + 2 + 3 + 5) / 6)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("width", [1.0, 5.0])
def test_jitter_is_within_a_fifth_of_the_true_one(seed: int, width: float) -> None:
    """Two directions, each with a delay spread evenly: the mean difference of two such sums is 7/15 of the width."""
    draw = random.Random(seed)
    transits = [50 + draw.uniform(0, width) + draw.uniform(0, width) for _ in range(100)]
    assert measured(loop(transits)).jitter == pytest.approx(width * 7 / 15, rel=0.2)


def test_the_senders_lateness_is_no_jitter() -> None:
    figures = measured(loop(STEADY, late_ms={number: float(number % 5) for number in range(100)}))
    assert figures.jitter == pytest.approx(0, abs=1e-6)
    assert figures.stalls.late == 0


def test_loss_is_told_without_its_copies() -> None:
    figures = measured(loop(STEADY, lost=[3, 10, 11, 12, 99], again=[5, 6]))
    assert (figures.arrived, figures.lost, figures.duplicates) == (95, 5, 2)
    assert figures.loss == pytest.approx(5)
    assert figures.loss_runs == (1, 3, 1)
    assert figures.longest_loss == 3
    assert figures.burst_ratio == pytest.approx(5 / 3 * 0.95)


def test_random_loss_has_a_burst_ratio_of_one() -> None:
    draw = random.Random(1)
    figures = measured(loop([50.0] * 4000, lost=[n for n in range(4000) if draw.random() < 0.1]))
    assert figures.burst_ratio == pytest.approx(1, abs=0.05)


def test_reordering_counts_the_packets_that_were_overtaken() -> None:
    late_one = [50.0] * 10
    late_one[4] = 50 + 3 * 20 + 1
    figures = measured(loop(late_one))
    assert figures.reordered == pytest.approx(10)  # packet 4 came after 7; 5, 6 and 7 are in order


def test_delay_in_spikes_needs_a_buffer_that_their_mean_hides() -> None:
    held_up = [50.0 + max(0, 200 - 20 * (number % 25)) for number in range(100)]
    figures = measured(loop(held_up))
    assert figures.variation == pytest.approx((figures.round_trip_p95 - figures.round_trip) / 2)
    assert figures.variation > 2 * figures.jitter
    assert measured(loop(STEADY)).variation == pytest.approx(0)


def stalled(*, from_s: float, to_s: float) -> PacedLoop:
    """Play a loop in whose midst this machine stands still: nothing leaves, what arrives is stamped at the end."""
    left = [Seconds(to_s if from_s <= n * INTERVAL < to_s else n * INTERVAL) for n in range(100)]
    came = [at + 0.045 for at in left]
    echoes = [Echo(number=n, at=Seconds(to_s + 0.0005 if from_s <= at < to_s else at)) for n, at in enumerate(came)]
    return PacedLoop(interval=INTERVAL, left_at=tuple(left), echoes=tuple(sorted(echoes, key=lambda echo: echo.at)))


def test_a_stall_of_our_own_is_said_and_not_called_jitter() -> None:
    figures = measured(stalled(from_s=0.79, to_s=0.99))
    assert figures.jitter == pytest.approx(0, abs=1e-6)
    assert figures.round_trip_p95 == pytest.approx(45)
    assert figures.lost == 0
    assert figures.stalls.late == 10
    assert figures.stalls.held == 2  # what was on its way when the stall began; nothing more left until its end
    assert figures.stalls.longest == pytest.approx(190)
    assert figures.busy


def test_one_short_stall_does_not_make_the_machine_busy() -> None:
    figures = measured(stalled(from_s=0.79, to_s=0.83))
    assert (figures.stalls.late, figures.stalls.held, figures.busy) == (2, 2, False)


def test_what_lay_here_in_a_heartbeats_gap_is_set_aside() -> None:
    """Between two sends a stall is seen by the heartbeat alone."""
    transits = list(STEADY)
    transits[30] += 9
    played = loop(transits)
    at = played.left_at[30] + 0.050
    seen = replace(played, stalls=(Stall(at=Seconds(at - 0.001), lasted=Seconds(0.010)),))
    assert measured(played).jitter > 0.1
    assert measured(seen).jitter == pytest.approx(0, abs=1e-6)
    assert (measured(seen).stalls.late, measured(seen).stalls.held) == (0, 1)
    assert measured(seen).stalls.longest == pytest.approx(10)


def test_a_burst_from_the_network_is_jitter() -> None:
    """The same arrivals while our packets leave on time: something on the way held them."""
    stall = stalled(from_s=0.79, to_s=0.99)
    on_time = replace(stall, left_at=tuple(Seconds(n * INTERVAL) for n in range(100)))
    figures = measured(on_time)
    assert figures.jitter > 5
    assert figures.stalls.held == 0


def test_the_echo_of_a_late_packet_over_a_short_path_counts() -> None:
    figures = measured(loop([0.4] * 100, late_ms=dict.fromkeys(range(20), 9.0)))
    assert (figures.stalls.late, figures.stalls.held) == (20, 0)
    assert figures.round_trip == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("played", "why"),
    [
        (loop([]), "no packet was sent"),
        (loop(STEADY, lost=range(100)), "none of 100 packets came back"),
        (
            PacedLoop(interval=INTERVAL, left_at=(Seconds(0), Seconds(0.1)), echoes=(Echo(number=0, at=Seconds(0.1)),)),
            "this machine was too busy to receive in time",
        ),
        (PacedLoop(interval=INTERVAL, left_at=(), echoes=(Echo(number=0, at=Seconds(1)),)), "no packet was sent"),
    ],
)
def test_nothing_measured_is_no_figure(played: PacedLoop, why: str) -> None:
    assert figures_from(played) == NoFigures(why=why)


def test_one_packet_has_no_jitter() -> None:
    figures = measured(loop([50.0]))
    assert figures.jitter + figures.jitter_rfc3550 == pytest.approx(0)


@given(transits=TRANSITS, shift=st.floats(min_value=0, max_value=1000))
def test_a_longer_way_shifts_the_round_trip_alone(transits: list[float], shift: float) -> None:
    near, far = measured(loop(transits)), measured(loop([transit + shift for transit in transits]))
    assert far.round_trip == pytest.approx(near.round_trip + shift, abs=1e-6)
    assert far.round_trip_p95 == pytest.approx(near.round_trip_p95 + shift, abs=1e-6)
    assert far.loss == near.loss


@given(transits=st.lists(st.floats(min_value=40, max_value=50), min_size=2, max_size=40), factor=st.floats(0.1, 2))
def test_jitter_shifts_not_and_scales(transits: list[float], factor: float) -> None:
    """As long as nothing overtakes, which would change who is compared with whom."""
    base = measured(loop(transits))
    shifted = measured(loop([transit + 70 for transit in transits]))
    scaled = measured(loop([transit * factor for transit in transits]))
    for one, other, by in ((base, shifted, 1.0), (base, scaled, factor)):
        assert other.jitter == pytest.approx(one.jitter * by, abs=1e-6)
        assert other.jitter_rfc3550 == pytest.approx(one.jitter_rfc3550 * by, abs=1e-6)


@given(transits=TRANSITS, data=st.data())
def test_which_packets_are_lost_changes_no_loss(transits: list[float], data: st.DataObject) -> None:
    many = data.draw(st.integers(0, len(transits) - 1))
    lost = data.draw(st.permutations(range(len(transits))))[:many]
    figures = measured(loop(transits, lost=lost))
    assert figures.loss == pytest.approx(100 * many / len(transits))
    assert sum(figures.loss_runs) == many


@given(order=st.permutations(range(12)))
def test_reordering_is_between_none_and_all_but_one(order: list[int]) -> None:
    left = tuple(Seconds(0.0) for _ in order)
    echoes = tuple(Echo(number=number, at=Seconds(1 + place / 1000)) for place, number in enumerate(order))
    figures = measured(PacedLoop(interval=Seconds(0.0), left_at=left, echoes=echoes))
    assert 0 <= figures.reordered <= 100 * 11 / 12
    assert (figures.reordered > 0) == (order != sorted(order))


ANY_LOOP = st.builds(
    PacedLoop,
    interval=st.floats(0, 1).map(Seconds),
    left_at=st.lists(st.floats(-10, 10).map(Seconds), max_size=8).map(tuple),
    echoes=st.lists(st.builds(Echo, number=st.integers(-2, 10), at=st.floats(-10, 10).map(Seconds)), max_size=12).map(
        tuple
    ),
)


@given(played=ANY_LOOP)
def test_no_loop_raises_or_gives_what_is_no_number(played: PacedLoop) -> None:
    figures = figures_from(played)
    if isinstance(figures, Figures):
        told = (figures.round_trip, figures.round_trip_p95, figures.jitter, figures.jitter_rfc3550, figures.variation)
        assert all(map(isfinite, (*told, figures.burst_ratio)))
        assert 0 <= figures.loss < 100
        assert 0 <= figures.reordered < 100
