"""The exception that an app is promised is in the SDK's own words where they are known."""

from dataclasses import replace

import pytest

from hms_doctor.model.catalogue import Terminal
from hms_doctor.model.causes import Audience, Cause, Platform, Scope
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Passed, Undecided, Warned
from hms_doctor.model.report.exception import SDK_ACTION, HmsException, NoException, exception_of
from hms_doctor.model.report.report import INTERRUPTED, Environment, Report, Verdict

CAUSE = Cause(id="c", title="t", action="a", audience=Audience.CALLER, scope=Scope.NETWORK, code=40107)


def raised(finding: Finding, platform: Platform = Platform.ANY) -> HmsException:
    found = exception_of(finding, platform)
    assert isinstance(found, HmsException)
    return found


def test_what_the_server_said_is_the_message() -> None:
    found = raised(Failed(cause=CAUSE, summary="cannot unmarshal number", word=40107))
    assert (found.code, found.name, found.message) == (40107, "ServerErrors", "cannot unmarshal number")
    assert (found.description, found.action, found.terminal) == ("cannot unmarshal number", "INIT", Terminal.ALWAYS)


def test_what_the_sdk_was_doing_is_told_where_it_was_seen() -> None:
    receiving = Failed(cause=replace(CAUSE, code=4005), summary="x", evidence={SDK_ACTION: "SUBSCRIBE"})
    assert (raised(receiving).action, raised(receiving).message) == (
        "SUBSCRIBE",
        "[SUBSCRIBE]: Ice connection state FAILED",
    )
    assert raised(Failed(cause=replace(CAUSE, code=4005), summary="x")).action == "PUBLISH"


def test_what_only_the_sdk_knows_is_left_open() -> None:
    found = raised(Failed(cause=replace(CAUSE, code=3003), summary="busy"))
    assert found.message == "[TRACK]: Capture device is in use by another application - …"


def test_a_code_without_a_known_message_tells_its_title() -> None:
    found = raised(Failed(cause=replace(CAUSE, code=2002), summary="no scheme"))
    assert found.message == "the endpoint is not a valid URL"


def test_a_number_that_nobody_lists_is_the_server_s() -> None:
    found = raised(Failed(cause=CAUSE, summary="boom", word=59999))
    assert (found.name, found.message, found.terminal) == ("ServerErrors", "boom", Terminal.UNKNOWN)


@pytest.mark.parametrize(
    "finding",
    [
        Passed(summary="s"),
        NothingToCheck(summary="s"),
        Undecided(summary="s"),
        Warned(cause=CAUSE, summary="s"),
        Failed(cause=replace(CAUSE, code=0), summary="s"),
    ],
)
def test_what_the_app_hears_nothing_of(finding: Finding) -> None:
    assert exception_of(finding, Platform.ANY) == NoException()


@pytest.mark.parametrize(("exit_code", "interrupted"), [(INTERRUPTED, True), (0, False), (1, False)])
def test_an_interrupted_run_knows_it(exit_code: int, interrupted: bool) -> None:
    report = Report(
        version="0", run_id="0", started_at="2026-11-21T18:22:10Z", duration_ms=0.0,
        environment=Environment(os="x", python="3"), verdict=Verdict.PASS, exit_code=exit_code, headline="h",
    )  # fmt: skip
    assert report.interrupted is interrupted
