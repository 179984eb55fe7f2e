import pytest
from ws_servers import a_context

from hms_doctor.checks.endpoint_url import CHECK, diagnose
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.check import Facts, Snapshot
from hms_doctor.model.finding import Failed, Passed, Warned, action_of, code_of
from hms_doctor.model.network.endpoint_url import read_endpoint
from hms_doctor.model.network.server import EndpointUrl
from hms_doctor.model.settings import PRODUCTION_ENDPOINT, Settings


async def examined(endpoint: str) -> Snapshot:
    async with a_context(settings=Settings(endpoint=endpoint)) as ctx:
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, Facts())]
    return snapshot


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "endpoint.empty"),
        (" https://init.test", "endpoint.blanks"),
        ("init.test", "endpoint.scheme"),
        ("http://init.test", "endpoint.scheme"),
        ("wss://init.test", "endpoint.scheme"),
        ("https://user:hunter2@init.test", "endpoint.userinfo"),
        ("https://init.test:0", "endpoint.port"),
        ("https://", "endpoint.host"),
    ],
)
def test_an_endpoint_that_no_sdk_takes(text: str, cause: str) -> None:
    [finding] = diagnose(read_endpoint(text))
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause
    assert code_of(finding, Platform.ANY) == 2002
    assert action_of(finding)
    assert "hunter2" not in str(finding)


def test_capitals_warn_about_the_web() -> None:
    warning, passed = diagnose(read_endpoint("HTTPS://init.test"))
    assert isinstance(warning, Warned)
    assert warning.cause.id == "endpoint.shouted"
    assert "HTTPS://" in warning.summary
    assert isinstance(passed, Passed)


def test_notes_take_nothing_away() -> None:
    findings = list(diagnose(read_endpoint("https://qa-init.100ms.live/v2?key=hunter2")))
    assert all(isinstance(finding, Passed) for finding in findings)
    assert findings[0].summary == "https://qa-init.100ms.live/v2"
    assert len(findings) == 3


async def test_a_good_endpoint_becomes_a_fact() -> None:
    snapshot = await examined(PRODUCTION_ENDPOINT)
    assert snapshot.facts == (EndpointUrl(url=PRODUCTION_ENDPOINT, host="prod-init.100ms.live", port=443),)
    assert not snapshot.worth_repeating


async def test_a_bad_one_does_not() -> None:
    assert (await examined("http://init.test")).facts == ()
