"""What apps were seen to get, by cause and by code."""

import pytest

from hms_doctor.model import observed
from hms_doctor.model.catalogue import CATALOGUE
from hms_doctor.model.causes import every_cause
from hms_doctor.model.causes.cause import NO_CODE, Platform
from hms_doctor.model.observed import OBSERVATIONS, Observation

CAUSES = every_cause()
PATTERNS = sorted({pattern for one in OBSERVATIONS for pattern in one.causes})


def ids(one: Observation) -> str:
    return f"{one.causes[:1]}-{one.codes[:1]}"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_cause_that_is_named_exists(pattern: str) -> None:
    stem = pattern.removesuffix("*")
    assert [cause for cause in CAUSES if (cause == pattern if stem == pattern else cause.startswith(stem))]


@pytest.mark.parametrize("one", OBSERVATIONS, ids=ids)
def test_every_observation_can_be_reached_and_read(one: Observation) -> None:
    assert one.causes or one.codes
    assert all(code in CATALOGUE for code in one.codes)
    text = one.sees.outcome
    assert text.endswith(".")
    assert text.isprintable()
    assert "!" not in text
    assert one.sees.sdk == "0.15.2"
    assert one.sees.platform is Platform.WEB


@pytest.mark.parametrize(
    ("cause", "code", "words"),
    [
        ("token.segments", 2004, "join() rejects at once"),
        ("token.base64", NO_CODE, "InvalidCharacterError"),
        ("token.base64url_on_web", NO_CODE, "valid tokens too"),
        ("token.expired", NO_CODE, "looks at neither claims"),
        ("server.role", NO_CODE, "the number in the server's answer"),
        ("endpoint.scheme", NO_CODE, "startsWith"),
        ("endpoint.empty", NO_CODE, "prod-init"),
        ("dns.nxdomain", NO_CODE, "never settles and onError stays silent"),
        ("tls.intercepted", NO_CODE, "never settles and onError stays silent"),
        ("tcp.silent", NO_CODE, "no code at all"),
        ("local.no_link", 2003, "offline"),
        ("init.not_found", NO_CODE, "404 with JSON"),
        ("init.page", 404, "404"),
        ("init.server_error", NO_CODE, "Two requests"),
        ("account.disabled", 1000, "60 to 65 s"),
        ("websocket.refused", 1000, "60 to 65 s"),
        ("websocket.closed_early", 1003, "without end"),
        ("websocket.no_policy", NO_CODE, "pending"),
        ("turn.unreachable", 4006, "stays Connected"),
        ("turn.credentials.expired", 4006, "stays Connected"),
        ("room.ice.publish", 4006, "stays Connected"),
        ("room.ice.lost", 4006, "stays Connected"),
        ("room.ice.subscribe", 4005, "terminal after 75 s"),
        ("room.dtls.stuck", 4005, "then nothing"),
        ("room.dtls.failed", 4005, "dtlsStateTimeouts"),
        ("sdp.create_offer", NO_CODE, "only the console"),
        ("sdp.local", NO_CODE, "only the console"),
        ("sdp.create_answer", 4002, "has sent leave"),
        ("sdp.answer", 4004, "join() rejects, terminal"),
        ("sdp.offer", 4004, "onError gets it, terminal"),
        ("renegotiation.refused", NO_CODE, "addTrack() resolves"),
        ("renegotiation.empty", NO_CODE, "addTrack() resolves"),
        ("renegotiation.unanswered", NO_CODE, "no code at all"),
        ("candidate.malformed", 6002, "has sent leave"),
        ("join.unanswered", NO_CODE, "stays pending"),
        ("join.twice", 5001, "two raw HMSSdk.join()"),
        ("websocket.lost", 1003, "terminal after 60 to 65 s"),
        ("camera.busy", 3003, "the join goes on"),
        ("microphone.absent", 3002, "the join goes on"),
    ],
)
def test_what_an_app_sees_under_a_cause(cause: str, code: int, words: str) -> None:
    assert cause in CAUSES
    first = observed.for_cause(cause)[0]
    assert (first.platform, first.code) == (Platform.WEB, code)
    assert words in first.outcome


def test_what_was_seen_of_the_cause_itself_beats_a_prefix() -> None:
    assert [sees.outcome[:12] for sees in observed.for_cause("tcp.silent")] == ["Where nothin"]
    assert len(observed.for_cause("portal.captive")) == 2


def test_a_cause_that_nobody_watched_has_nothing() -> None:
    assert observed.for_cause("bluetooth.off") == ()
    assert observed.for_cause("no.such.cause") == ()


@pytest.mark.parametrize(
    ("code", "codes_seen"),
    [
        (2002, {NO_CODE}),  # it never came
        (1003, {1000, 1003, NO_CODE}),
        (4005, {4005, 4006, NO_CODE}),
        (40107, {40107}),
        (3012, set()),
        (9001, set()),
    ],
)
def test_what_an_app_sees_where_the_pages_give_a_code(code: int, codes_seen: set[int]) -> None:
    assert {sees.code for sees in observed.for_code(code)} == codes_seen
