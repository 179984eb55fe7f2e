"""The E-model against G.107's own figures, and what it must never do."""

from math import exp, isfinite, log10, sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from loops import loop

from hms_doctor.model.ice.emodel import (
    Driver,
    Impairments,
    NoScore,
    Scored,
    delay_impairment,
    loss_impairment,
    mos_of,
    mouth_to_ear,
    score,
    score_of,
)
from hms_doctor.model.ice.figures import figures_from
from hms_doctor.model.units import Milliseconds, Percent


def path(round_trip: float = 0, jitter: float = 0, loss: float = 0, burst_ratio: float = 1) -> Impairments:
    return Impairments(
        round_trip=Milliseconds(round_trip), jitter=Milliseconds(jitter), loss=Percent(loss), burst_ratio=burst_ratio
    )


def test_the_defaults_give_the_rating_and_the_score_of_the_recommendation() -> None:
    assert score(path()).rating == pytest.approx(93.2)
    assert score(path()).mos == pytest.approx(4.41, abs=0.005)


def test_what_is_not_the_network_follows_from_the_default_parameters() -> None:
    """Ro - Is - Idle by the whole formulas of G.107 sections 7.2 to 7.4 with the defaults of table 1 and T = 0."""
    slr, rlr, stmr, lstr, ds, telr, wepl, ps, pr, nc, nfor, qdu = 8, 2, 15, 18, 3, 65, 110, 35, 35, -70, -64, 1
    olr = slr + rlr
    nos = ps - slr - ds - 100 + 0.004 * (ps - olr - ds - 14) ** 2
    pre = pr + 10 * log10(1 + 10 ** ((10 - lstr) / 10))
    nor = rlr - 121 + pre + 0.008 * (pre - 35) ** 2
    no = 10 * log10(sum(10 ** (noise / 10) for noise in (nc, nos, nor, nfor + rlr)))
    ro = 15 - 1.5 * (slr + no)
    xolr = olr + 0.2 * (64 + no - rlr)
    iolr = 20 * ((1 + (xolr / 8) ** 8) ** (1 / 8) - xolr / 8)
    stmro = -10 * log10(10 ** (-stmr / 10) + exp(0) * 10 ** (-telr / 10))
    ist = (
        12 * (1 + ((stmro - 13) / 6) ** 8) ** (1 / 8)
        - 28 * (1 + ((stmro + 1) / 19.4) ** 35) ** (1 / 35)
        - 13 * (1 + ((stmro - 3) / 33) ** 13) ** (1 / 13)
        + 29
    )
    q = 37 - 15 * log10(qdu)
    g = 1.07 + 0.258 * q + 0.0602 * q**2
    iq = 15 * log10(1 + 10 ** ((ro - 100) / 15 + 46 / 8.4 - g / 9) + 10 ** (46 / 30 - g / 40))
    rle = 10.5 * (wepl + 7)
    idle = (ro - rle) / 2 + sqrt((ro - rle) ** 2 / 4 + 169)
    assert ro == pytest.approx(94.77, abs=0.005)
    assert iolr + ist + iq == pytest.approx(1.41, abs=0.01)
    assert ro - iolr - ist - iq - idle == pytest.approx(score(path()).rating, abs=0.05)


@pytest.mark.parametrize(
    ("one_way", "planned"),
    [(100, 0), (150, 0), (200, 3), (250, 10), (300, 15), (400, 25), (500, 30), (600, 35), (800, 40)],
)
def test_delay_costs_what_planners_reckon_with(one_way: float, planned: float) -> None:
    """The rounded planning values for pure delay of G.113 (1996) and the ETSI guides."""
    assert delay_impairment(Milliseconds(one_way)) == pytest.approx(planned, abs=1.2)


@pytest.mark.parametrize(
    ("rating", "mos"),
    [(90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58), (100, 4.5), (120, 4.5), (0, 1), (-9, 1)],
)
def test_ratings_become_scores_as_in_annex_b(rating: float, mos: float) -> None:
    assert mos_of(rating) == pytest.approx(mos, abs=0.01)


@pytest.mark.parametrize(
    ("ie", "bpl", "loss", "effective"),
    [(0, 25.1, 0, 0), (0, 25.1, 5, 15.8), (0, 4.3, 2, 30.2), (11, 19, 0, 11), (11, 19, 2, 19), (11, 19, 4, 25.6)],
)
def test_loss_costs_what_the_formula_gives_for_known_codecs(
    ie: float, bpl: float, loss: float, effective: float
) -> None:
    """G.711 with and without concealment and G.729A with VAD, by their Ie and Bpl of G.113 appendix I.

    The appendix lists G.729A with VAD at 11, 19 and 26 for 0, 2 and 4 % of random loss.
    """
    assert loss_impairment(Percent(loss), 1.0, ie=ie, bpl=bpl) == pytest.approx(effective, abs=0.05)


def test_loss_in_bursts_costs_more_than_random_loss() -> None:
    assert score(path(loss=10, burst_ratio=2)).mos < score(path(loss=10)).mos
    assert score(path(loss=10, burst_ratio=50)) == score(path(loss=10, burst_ratio=2))  # no further than G.107 goes


def test_one_way_is_half_the_round_trip_the_codec_and_the_buffer() -> None:
    assert mouth_to_ear(path(round_trip=100, jitter=10)) == pytest.approx(50 + 26.5 + 20)


@pytest.mark.parametrize(
    ("impairments", "driver"),
    [
        (path(round_trip=50, jitter=1), Driver.NOTHING),
        (path(round_trip=600, jitter=5, loss=0.1), Driver.DELAY),
        (path(round_trip=60, jitter=120, loss=0.5), Driver.JITTER),
        (path(round_trip=100, jitter=10, loss=6), Driver.LOSS),
    ],
)
def test_the_driver_is_named(impairments: Impairments, driver: Driver) -> None:
    assert score(impairments).driver is driver


def test_a_cost_is_what_comes_back_when_the_impairment_is_gone() -> None:
    scored = score(path(round_trip=100, jitter=10, loss=6))
    assert scored.costs[Driver.LOSS] == pytest.approx(score(path(round_trip=100, jitter=10)).mos - scored.mos)
    assert scored.costs[Driver.LOSS] == pytest.approx(0.75, abs=0.01)


def test_no_packets_are_no_score() -> None:
    assert score_of(figures_from(loop([]))) == NoScore(why="no packet was sent")
    assert score_of(figures_from(loop([50.0] * 9, lost=range(9)))) == NoScore(why="none of 9 packets came back")


def test_figures_are_scored_with_their_bursts_and_their_spikes() -> None:
    scored = score_of(figures_from(loop([50.0] * 100, lost=range(40, 50))))
    assert isinstance(scored, Scored)
    assert scored.mos == pytest.approx(score(path(round_trip=50, loss=10, burst_ratio=2)).mos)


FIGURE = st.floats(min_value=0, max_value=2000)
SHARE = st.floats(min_value=0, max_value=100)


@given(FIGURE, FIGURE, SHARE, st.floats(min_value=1, max_value=3), FIGURE)
def test_more_of_anything_never_raises_the_score(
    round_trip: float, jitter: float, loss: float, bursts: float, more: float
) -> None:
    base = score(path(round_trip, jitter, loss, bursts))
    for worse in (
        path(round_trip + more, jitter, loss, bursts),
        path(round_trip, jitter + more, loss, bursts),
        path(round_trip, jitter, loss + more, bursts),
        path(round_trip, jitter, loss, bursts + more),
    ):
        assert score(worse).rating <= base.rating + 1e-9
    assert all(cost >= -1e-9 for cost in base.costs.values())


@given(st.floats(), st.floats(), st.floats(), st.floats())
def test_every_input_has_a_score_within_bounds(round_trip: float, jitter: float, loss: float, bursts: float) -> None:
    scored = score(path(round_trip, jitter, loss, bursts))
    assert isfinite(scored.mos)
    assert 1 <= scored.mos <= 4.5
    assert 0 <= scored.rating <= 93.2


@given(st.floats(min_value=-50, max_value=150), st.floats(min_value=-50, max_value=150))
def test_a_better_rating_is_never_a_worse_score(one: float, other: float) -> None:
    assume(one < other)
    assert mos_of(one) <= mos_of(other) + 1e-12
