"""What is said of a relay's quality: what warns, what is chance, what is our own doing."""

import json
import random
from collections.abc import Sequence
from itertools import chain

import pytest
from loops import INTERVAL, loop

from hms_doctor.model.causes import NO_CODE, Cause, every_cause, ice
from hms_doctor.model.causes import quality as causes
from hms_doctor.model.failure import Kind, Operation, silence
from hms_doctor.model.finding import Finding, NothingToCheck, Passed, Undecided, Warned
from hms_doctor.model.ice.media import (
    BrokeOff,
    Carried,
    Load,
    LoopOutcome,
    LoopRow,
    NotCarried,
    PacedLoop,
    Quality,
    Step,
)
from hms_doctor.model.ice.odds import is_more_than_felt, likely, odds_of_at_least
from hms_doctor.model.ice.quality_judging import figures_of, judge_quality
from hms_doctor.model.ice.relays import Path, Unfinished
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.units import Percent, Seconds
from hms_doctor.model.vantage import Family

STEADY = [52.0] * 100
SILENCE = silence(Operation.ECHO, 3.0)


def way(transport: Transport = Transport.UDP) -> Path:
    url = f"turn:relay.example:3478?transport={transport}"
    return Path(url=url, host="relay.example", port=3478, transport=transport, family=Family.IPV4)


def row(outcome: LoopOutcome, transport: Transport = Transport.UDP) -> LoopRow:
    return LoopRow(path=way(transport), outcome=outcome)


def carried(played: PacedLoop, transport: Transport = Transport.UDP) -> LoopRow:
    return row(Carried(loop=played), transport)


def judged(*rows: LoopRow) -> list[Finding]:
    return list(judge_quality(Quality(rows=rows)))


def warned(findings: Sequence[Finding]) -> list[Cause]:
    return [finding.cause for finding in findings if isinstance(finding, Warned)]


def said(findings: Sequence[Finding]) -> str:
    return " | ".join(finding.summary for finding in findings)


def spiky(height: float) -> list[float]:
    """Delay as TCP makes it: one packet waits, and those behind it come together with it."""
    return [52.0 + max(0.0, height - 20 * (number % 25)) for number in range(100)]


def busy(transits: Sequence[float]) -> PacedLoop:
    return loop(transits, late_ms=dict.fromkeys(range(0, 100, 4), 150.0))


def test_a_healthy_relay_is_told_in_one_line() -> None:
    draw = random.Random(4)
    findings = judged(carried(loop([51.0 + draw.uniform(0, 3) for _ in range(100)])))
    assert said(findings) == "relay over UDP: 52 ms (p95 54), jitter 1.0 ms, no loss of 100; voice 4.4 of 5"
    assert isinstance(findings[0], Passed)


def spread(width: float) -> list[float]:
    draw = random.Random(2)
    return [60 + draw.uniform(0, width) for _ in range(100)]


JUDGED = [
    ("steady", carried(loop(STEADY)), []),
    ("299 ms", carried(loop([299.0] * 100)), []),
    ("300 ms", carried(loop([300.0] * 100)), [causes.DELAY]),
    ("a little jitter", carried(loop(spread(60))), []),
    ("much jitter", carried(loop(spread(160))), [causes.JITTER]),
    ("spikes over UDP", carried(loop(spiky(200))), [causes.JITTER]),
    ("spikes over TCP", carried(loop(spiky(200)), Transport.TCP), [causes.HELD_UP]),
    ("spikes over TLS", carried(loop(spiky(200)), Transport.TLS), [causes.HELD_UP]),
    ("7 lost", carried(loop(STEADY, lost=range(0, 14, 2))), []),
    ("8 lost", carried(loop(STEADY, lost=range(0, 16, 2))), [causes.LOSS]),
    ("all at once", carried(loop([350.0] * 100, lost=range(40))), [causes.LOSS, causes.DELAY]),
    ("far, few lost", carried(loop([900.0] * 100, lost=range(0, 16, 2))), [causes.DELAY, causes.LOSS]),
    ("copies and late ones", carried(loop([*[52.0] * 98, 180.0, 52.0], again=range(30))), []),
    ("broke off", row(BrokeOff(loop=loop(STEADY, lost=range(40, 100)), failure=SILENCE)), [causes.BROKE_OFF]),
    ("broke off at once", row(BrokeOff(loop=loop(STEADY, lost=range(100)), failure=SILENCE)), [causes.BROKE_OFF]),
    ("not carried", row(NotCarried(why="486 quota")), []),
    ("not finished", row(Unfinished()), []),
]  # fmt: skip


@pytest.mark.parametrize(("one", "expected"), [case[1:] for case in JUDGED], ids=[case[0] for case in JUDGED])
def test_what_warns(one: LoopRow, expected: list[Cause]) -> None:
    assert warned(judged(one)) == expected


@pytest.mark.parametrize("one", [case[1] for case in JUDGED], ids=[case[0] for case in JUDGED])
def test_quality_never_fails_and_its_evidence_is_json(one: LoopRow) -> None:
    findings = judged(one)
    assert findings
    for finding in findings:
        assert isinstance(finding, Passed | Warned | Undecided)
        assert len(finding.summary) < 200
        json.dumps(finding.evidence, allow_nan=False)


def test_every_warning_names_its_cost() -> None:
    findings = judged(carried(loop([350.0] * 100, lost=range(0, 40, 2))))
    assert said(findings[1:]) == (
        "over UDP 20 of 100 packets lost (can mean 13 to 29 %), which takes voice from 4.3 to 2.2 of 5 | "
        "a round trip over UDP takes 350 ms, which takes voice from 2.4 to 2.2 of 5"
    )


def test_what_costs_nothing_is_said_to_leave_the_score() -> None:
    assert said(judged(carried(loop([301.0] * 100)))[1:]) == (
        "a round trip over UDP takes 301 ms, which leaves voice at 4.4 of 5"
    )


def test_jitter_and_spikes_are_told_apart() -> None:
    assert "jitter 10" in said(judged(carried(loop(spread(320)))))
    assert "spikes of 200 ms cost 0." in said(judged(carried(loop([*STEADY, *[252.0] * 6]))))
    assert "over TCP packets wait for lost ones, and the slowest twentieth comes" in said(
        judged(carried(loop(spiky(300)), Transport.TCP))
    )


@pytest.mark.parametrize("round_trip", [600.0, 900.0])
def test_a_long_way_is_named(round_trip: float) -> None:
    assert f"round trip {round_trip:.0f} ms costs" in said(judged(carried(loop([round_trip] * 100))))


def test_two_percent_of_true_loss_is_chance() -> None:
    assert odds_of_at_least(8, 100, Percent(2)) < 0.001 < odds_of_at_least(7, 100, Percent(2))
    draw = random.Random(11)
    loops = [loop(STEADY, lost=[n for n in range(100) if draw.random() < 0.02]) for _ in range(300)]
    assert len(list(chain.from_iterable(warned(judged(carried(played))) for played in loops))) <= 1


def test_the_odds_are_those_of_a_binomial() -> None:
    assert odds_of_at_least(0, 100, Percent(2)) == pytest.approx(1)
    assert odds_of_at_least(1, 100, Percent(2)) == pytest.approx(1 - 0.98**100)
    assert odds_of_at_least(2, 2, Percent(50)) == pytest.approx(0.25)
    assert odds_of_at_least(0, 0, Percent(2)) == pytest.approx(1)
    assert is_more_than_felt(400, 10_000)
    assert not is_more_than_felt(210, 10_000)


@pytest.mark.parametrize(
    ("lost", "sent", "least", "most"),
    [(0, 100, 0, 3.7), (2, 100, 0.55, 7.0), (6, 100, 2.8, 12.5), (100, 100, 96.3, 100)],
)
def test_the_interval_is_wilsons(lost: int, sent: int, least: float, most: float) -> None:
    assert list(likely(lost, sent)) == [pytest.approx(least, abs=0.05), pytest.approx(most, abs=0.05)]


def test_a_count_says_what_it_can_mean() -> None:
    assert "2 of 100 packets lost (can mean 1 to 7 %); voice 4.2 of 5 (loss 2 % costs 0.2)" in said(
        judged(carried(loop(STEADY, lost=[5, 50])))
    )


def test_the_path_that_a_call_would_take_is_judged() -> None:
    good, bad = loop(STEADY), loop([400.0] * 100, lost=range(20))
    assert warned(judged(carried(bad, Transport.TLS), carried(bad, Transport.TCP), carried(good))) == []
    found = judged(carried(good, Transport.TLS), carried(bad, Transport.TCP))
    assert warned(found) == [causes.LOSS, causes.DELAY]
    assert "relay over TCP: 400 ms" in found[0].summary


def test_the_evidence_has_a_row_a_transport() -> None:
    best = judged(carried(loop(STEADY)), row(NotCarried(why="486"), Transport.TCP), row(Unfinished(), Transport.TLS))[0]
    assert isinstance(best, Passed)
    assert best.evidence == {
        "voice": "4.4 of 5",
        "rows": [
            {
                "url": "turn:relay.example:3478?transport=udp", "transport": "udp", "family": "ipv4",
                "proof": "hairpin", "failure": None,
                "attempts": 1, "sent": 100, "arrived": 100, "rtt_ms": 52.0, "rtt_p95_ms": 52.0, "jitter_ms": 0.0,
                "jitter_rfc3550_ms": 0.0, "loss_percent": 0.0, "longest_loss": 0, "reordered_percent": 0.0,
                "duplicates": 0, "left_late": 0, "held_here": 0, "rating": 93.2, "mos": 4.41, "driver": "nothing",
                "costs": {"delay": 0.0, "jitter": 0.0, "loss": 0.0},
            },
            {
                "url": "turn:relay.example:3478?transport=tcp", "transport": "tcp", "family": "ipv4",
                "proof": "hairpin", "failure": "486",
                "attempts": 1,
            },
            {
                "url": "turn:relay.example:3478?transport=tls", "transport": "tls", "family": "ipv4",
                "proof": "hairpin", "failure": "cut off by the run's deadline", "attempts": 1,
            },
        ]
    }  # fmt: skip


def test_a_busy_machine_is_said_and_the_network_is_not_blamed() -> None:
    findings = judged(carried(busy(spread(160))))
    assert warned(findings) == []
    assert isinstance(findings[-1], Undecided)
    assert "whose doing this is: packets arrive unevenly over UDP, with" in findings[-1].summary
    assert "this machine stood still for up to 150 ms (25 packets left late, " in findings[-1].summary
    assert "measure again" in findings[-1].action


def test_short_stalls_do_not_excuse_long_delays() -> None:
    played = loop(spread(160), late_ms=dict.fromkeys(range(0, 100, 4), 8.0))
    assert warned(judged(carried(played))) == [causes.JITTER]


def test_a_busy_machine_with_fine_figures_is_a_remark() -> None:
    findings = judged(carried(busy(STEADY)))
    assert [type(finding) for finding in findings] == [Passed]
    assert " (this machine stood still for up to 150 ms, which is taken out); voice" in findings[0].summary


def test_a_stall_that_holds_nothing_up_is_not_told() -> None:
    assert "stood still" not in said(judged(carried(loop(STEADY, late_ms={7: 12.0}))))


def test_loss_is_no_doing_of_a_busy_machine() -> None:
    played = busy([400.0] * 100)
    without = PacedLoop(interval=INTERVAL, left_at=played.left_at, echoes=played.echoes[30:])
    assert warned(judged(carried(without))) == [causes.LOSS, causes.DELAY]


def test_a_path_that_died_warns_only_where_a_call_would_have_taken_it() -> None:
    dead = BrokeOff(loop=loop(STEADY, lost=range(40, 100)), failure=SILENCE)
    first = judged(row(dead), carried(loop(STEADY), Transport.TCP))
    assert warned(first) == [causes.BROKE_OFF]
    assert "the relay over UDP broke off after 40 packets: no answer (3.0 s)" in said(first)
    beside = judged(carried(loop(STEADY)), row(dead, Transport.TCP))
    assert warned(beside) == []
    assert "beside it, the relay over TCP broke off after 40 packets" in said(beside)


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (NotCarried(why="486 Allocation Quota Reached"), "486 Allocation Quota Reached"),
        (Unfinished(), "cut off by the run's deadline"),
        (Carried(loop=loop(STEADY, lost=range(100))), "none of 100 packets came back"),
    ],
)
def test_what_was_not_measured_is_undecided(outcome: LoopOutcome, why: str) -> None:
    findings = judged(row(outcome))
    assert [type(finding) for finding in findings] == [Undecided]
    assert findings[0].summary == f"we could not tell how the relay over UDP carries voice: {why}"


def test_no_relay_is_nothing_to_check() -> None:
    assert judged() == [NothingToCheck(summary="no relay to measure")]
    assert figures_of(Quality(rows=())) == {}


def load(*steps: tuple[float, int, int]) -> Load:
    return Load(
        path=way(),
        steps=tuple(Step(lasted=Seconds(s), sent_bytes=sent, came_back_bytes=back) for s, sent, back in steps),
    )


def kbps(rate: float, back: float) -> tuple[float, int, int]:
    return 2.0, int(rate * 250), int(back * 250)


BANDWIDTHS = [
    ("no step", load(), "", []),
    ("no time", load((0.0, 100, 100)), "", []),
    ("all of it", load(kbps(500, 500), kbps(2500, 2480)),
     "2.5 Mbit/s of 2.5 Mbit/s came back: excellent (5 of 5 by 100ms's scale), enough for video of 720p", []),
    ("half of it", load(kbps(500, 500), kbps(2500, 1300)),
     "1.3 Mbit/s of 2.5 Mbit/s came back: excellent (5 of 5 by 100ms's scale), enough for video of 540p", []),
    ("400", load(kbps(500, 400), kbps(2500, 400)),
     "400 kbit/s of 500 kbit/s came back: moderate (3 of 5 by 100ms's scale), enough for video of 360p", []),
    ("little", load(kbps(500, 200), kbps(2500, 200)), "bad (2 of 5 by 100ms's scale), enough for video of 180p",
     [causes.BANDWIDTH]),
    ("a little less than was tried", load(kbps(100, 100), kbps(300, 250)), "250 kbit/s of 300 kbit/s came back: bad",
     [causes.BANDWIDTH]),
    ("very little", load(kbps(500, 30)), "very bad (1 of 5 by 100ms's scale), enough for audio only",
     [causes.BANDWIDTH]),
    ("next to nothing", load(kbps(500, 1)), "disconnected (0 of 5 by 100ms's scale), enough for not even audio",
     [causes.BANDWIDTH]),
    ("only little was tried", load(kbps(100, 100)), "100 kbit/s of 100 kbit/s came back", []),
    ("collapsed", load(kbps(500, 500), kbps(2500, 2500), kbps(2500, 90)),
     "90 kbit/s of 2.5 Mbit/s came back, after 2.5 Mbit/s at first: very bad", [causes.BANDWIDTH]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tried", "words", "expected"), [case[1:] for case in BANDWIDTHS], ids=[case[0] for case in BANDWIDTHS]
)
def test_bandwidth(tried: Load, words: str, expected: list[Cause]) -> None:
    findings = list(judge_quality(Quality(rows=(carried(loop(STEADY)),), load=tried)))
    assert words in said(findings[1:])
    assert warned(findings) == expected


@pytest.mark.parametrize(("back", "expected"), [(88, []), (82, []), (60, [causes.BANDWIDTH])])
def test_loss_is_not_taken_for_a_lack_of_bandwidth(back: float, expected: list[Cause]) -> None:
    """12 of 100 lost can mean 7 to 20 %."""
    lossy = Quality(rows=(carried(loop(STEADY, lost=range(0, 24, 2))),), load=load(kbps(100, back)))
    findings = list(judge_quality(lossy))
    assert warned(findings)[1:] == expected
    assert ("cannot be told" in said(findings)) == (not expected)
    assert ("bandwidth_kbps" in figures_of(lossy)) == bool(expected)


@pytest.mark.parametrize(
    ("bits", "score"),
    [(1023, 0), (1024, 1), (102_399, 1), (102_400, 2), (307_199, 2), (307_200, 3), (512_000, 4), (716_800, 5)],
)
def test_a_band_of_100ms_counts_1024_bits(bits: int, score: int) -> None:
    findings = list(judge_quality(Quality(rows=(), load=load((8.0, 10**7, bits)))))
    assert f"({score} of 5 by 100ms's scale)" in findings[-1].summary


def test_the_measurements_have_their_units_in_their_names() -> None:
    quality = Quality(rows=(carried(loop(STEADY, lost=[1])),), load=load(kbps(2500, 2400)))
    figures = figures_of(quality)
    assert figures == {
        "rtt_ms": pytest.approx(52), "rtt_p95_ms": pytest.approx(52), "jitter_ms": pytest.approx(0, abs=1e-6),
        "loss_percent": pytest.approx(1), "reordered_percent": 0, "mos": pytest.approx(4.3, abs=0.05),
        "bandwidth_kbps": pytest.approx(2400),
    }  # fmt: skip
    assert "bandwidth_kbps" not in figures_of(Quality(rows=quality.rows))
    assert figures_of(Quality(rows=(), load=load())) == {}


def test_a_failure_of_the_path_is_quoted_in_few_words() -> None:
    loud = BrokeOff(loop=loop(STEADY), failure=silence(Operation.ECHO, 0.1, "x" * 500))
    assert loud.failure.kind is Kind.CUT_OFF
    assert all(len(finding.summary) < 160 for finding in judged(row(loud)))


@pytest.mark.parametrize(
    ("one", "follows"),
    [
        (ice.PATH_DIES, causes.BROKE_OFF),
        (ice.UDP_BLOCKED, causes.HELD_UP),
        (ice.UDP_FORBIDDEN, causes.HELD_UP),
        (ice.NO_ANSWER, causes.HELD_UP),
    ],
)
def test_what_keeps_a_call_from_udp_explains_what_tcp_does_to_it(one: Cause, follows: Cause) -> None:
    assert one.accounts_for(follows)
    assert not one.accounts_for(causes.LOSS)


@pytest.mark.parametrize("cause", [each for each in every_cause().values() if each.id.startswith("quality.")])
def test_a_cause_of_quality_has_no_code(cause: Cause) -> None:
    assert cause.code == NO_CODE
    assert cause.action.endswith(".")
