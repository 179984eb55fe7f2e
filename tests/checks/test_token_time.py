"""token.time: times and a clock → finding, cause, words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.checks.token_time import CHECK, judging_clock
from hms_doctor.model.causes import Platform
from hms_doctor.model.finding import Failed, Finding, Passed, Warned, code_of
from hms_doctor.model.json import JsonValue
from hms_doctor.model.network.server import NoServerTime, ServerTime
from hms_doctor.model.token.moments import JudgingClock
from hms_doctor.model.token.validity import Times, times_of

NOW = 1795285330.0  # 2026-11-21 18:22:10 UTC
MINE = JudgingClock(now=NOW, by="")
HOST = "prod-init.100ms.live"


def servers(skew: float) -> JudgingClock:
    return judging_clock(NOW, ServerTime(server=NOW - skew, here=NOW, source=HOST))


def seen(clock: JudgingClock = MINE, **changes: JsonValue) -> Times:
    healthy: dict[str, JsonValue] = {"iat": int(NOW) - 10, "nbf": int(NOW) - 10, "exp": int(NOW) + 86220}
    return times_of({k: v for k, v in (healthy | changes).items() if v != "absent"}, clock)


def find(clock: JudgingClock = MINE, **changes: JsonValue) -> tuple[Finding, ...]:
    return CHECK.judge(seen(clock, **changes)).findings


def test_a_fresh_token_says_how_long_it_lasts() -> None:
    [passed] = find()
    assert isinstance(passed, Passed)
    assert passed.summary == "valid; expires in 23 h 57 min, at 2026-11-22 18:19:10 UTC"


@pytest.mark.parametrize(
    ("changes", "cause", "words"),
    [
        (
            {"exp": int(NOW) - 11520, "iat": 1, "nbf": 1},
            "token.expired",
            "expired 3 h 12 min ago, at 2026-11-21 15:10:10 UTC",
        ),
        ({"exp": int(NOW)}, "token.expired", "expired now"),
        ({"nbf": int(NOW) + 3600}, "token.not_yet_valid", "valid only in 1 h, at 2026-11-21 19:22:10 UTC (nbf)"),
        ({"iat": int(NOW) + 60}, "token.not_yet_valid", "(iat)"),
        ({"exp": int(NOW) - 20}, "token.never_valid", "exp is not after iat and nbf"),
        ({"exp": int(NOW) * 1000}, "token.milliseconds", "exp is in milliseconds; in seconds it would be 2026-11-21"),
        ({"iat": int(NOW) * 1000}, "token.milliseconds", "iat is in milliseconds"),
        ({"exp": "1795285330"}, "token.time_type", 'exp must be a number of seconds, it is the text "1795285330"'),
        ({"exp": True}, "token.time_type", "it is true"),
        ({"nbf": -1}, "token.time_type", "it is the number -1"),
        ({"iat": [1]}, "token.time_type", "it is a list of 1"),
        ({"exp": "absent"}, "token.time_missing", "exp is missing"),
        ({"iat": "absent"}, "token.time_missing", "iat is missing"),
        ({"nbf": None}, "token.time_missing", "nbf is missing"),
    ],
)
def test_each_wrong_time_is_40109(changes: dict[str, JsonValue], cause: str, words: str) -> None:
    [failure] = [f for f in find(MINE, **changes) if isinstance(f, Failed)]
    assert (failure.cause.id, code_of(failure, Platform.ANY)) == (cause, 40109)
    assert words in failure.summary


@pytest.mark.parametrize(
    ("clock", "changes", "cause", "words"),
    [
        (MINE, {"exp": int(NOW) + 240}, "token.expiring", "expires in 4 min"),
        (MINE, {"iat": int(NOW) + 5}, "token.ahead", "iat lies 5 s ahead of this machine's clock"),
        (MINE, {"exp": NOW + 7200.5}, "token.fraction", "exp has a fraction"),
        (servers(0), {"exp": int(NOW) + 30}, "token.expiring", "expires in 30 s"),
    ],
)
def test_what_may_work_warns(clock: JudgingClock, changes: dict[str, JsonValue], cause: str, words: str) -> None:
    found = find(clock, **changes)
    assert [f.cause.id for f in found if isinstance(f, Warned)] == [cause]
    assert not any(isinstance(f, Failed) for f in found)
    assert any(words in f.summary for f in found)


def test_a_second_ahead_of_the_servers_clock_is_within_what_its_header_tells() -> None:
    assert [type(f) for f in find(servers(0), iat=int(NOW) + 1)] == [Passed]
    assert isinstance(find(servers(0), iat=int(NOW) + 5)[0], Failed)


def test_expired_by_the_server_names_both_clocks() -> None:
    failure = find(servers(-7200), exp=int(NOW) + 3600)[0]
    assert isinstance(failure, Failed)
    assert failure.summary == (
        "the token expired 1 h ago, at 2026-11-21 19:22:10 UTC by the clock of prod-init.100ms.live; "
        "this machine's clock is 2 h behind"
    )
    assert failure.evidence["confidence"] == "high"


def test_a_wrong_clock_here_does_not_expire_a_token() -> None:
    passed, note = find(servers(7200), exp=int(NOW) - 3600, iat=int(NOW) - 9000, nbf=int(NOW) - 9000)
    assert isinstance(passed, Passed)
    assert isinstance(note, Passed)
    assert "this machine's clock is 2 h ahead and would call the token expired" in note.summary


def test_a_slow_clock_here_does_not_make_a_token_not_yet_valid() -> None:
    found = find(servers(-7200), iat=int(NOW) + 3600, nbf=int(NOW) + 3600, exp=int(NOW) + 86400)
    assert all(isinstance(f, Passed) for f in found)
    assert "would call the token not yet valid" in found[1].summary


def test_clocks_that_agree_are_not_mentioned() -> None:
    assert "clock" not in find(servers(12), exp=int(NOW) - 3600, iat=1, nbf=1)[0].summary


def test_a_very_long_life_is_a_note() -> None:
    passed, note = find(exp=9999999999)
    assert isinstance(passed, Passed)
    assert isinstance(note, Passed)
    assert "100ms's own libraries give 24 h" in note.summary


def test_own_clock_is_named_in_the_evidence() -> None:
    assert find()[0].evidence["clock"] == "this machine"
    assert judging_clock(NOW, NoServerTime()) == MINE


@given(
    st.dictionaries(
        st.sampled_from(["iat", "nbf", "exp"]),
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    ),
    st.floats(-1e9, 1e9),
)
def test_no_times_raise_and_something_is_always_said(times: dict[str, JsonValue], skew: float) -> None:
    assert CHECK.judge(times_of(times, servers(skew))).findings
