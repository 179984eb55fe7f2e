import pytest
from ws_servers import a_context

from hms_doctor.checks.local_clock import CHECK, Clocks, Harm, diagnose
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.check import Facts
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Finding, Passed, Warned, code_of
from hms_doctor.model.server import EndpointUrl, ServerTime, TokenAccepted
from hms_doctor.wire.dial import DialFailed
from hms_doctor.wire.reach import NotReached

ENDPOINT = EndpointUrl(url="https://init.test", host="init.test", port=443)


def judged(skew: float, harm: Harm = Harm.OPEN) -> Finding:
    time = ServerTime(server=1795285330.0, here=1795285330.0 + skew, source="init.test")
    [finding] = diagnose(Clocks(time=time, harm=harm))
    return finding


@pytest.mark.parametrize("skew", [0.0, 0.4, -0.6, 2.0, -29.9, 29.9])
def test_a_clock_that_agrees(skew: float) -> None:
    finding = judged(skew)
    assert isinstance(finding, Passed)
    assert finding.summary.endswith("of init.test")


@pytest.mark.parametrize(("skew", "words"), [(31.0, "31 s ahead of"), (-299.0, "4 min behind")])
def test_a_clock_that_drifts_warns(skew: float, words: str) -> None:
    finding = judged(skew)
    assert isinstance(finding, Warned)
    assert finding.cause.id == "local.clock_drifts"
    assert words in finding.summary


@pytest.mark.parametrize(
    ("harm", "kind", "code"),
    [(Harm.OPEN, Failed, 40109), (Harm.TLS, Failed, 2003), (Harm.NONE_SEEN, Warned, 0)],
)
@pytest.mark.parametrize("skew", [300.0, -7200.0, 86400.0 * 400])
def test_a_wrong_clock_fails_where_it_may_have_broken_something(
    skew: float, harm: Harm, kind: type[Finding], code: int
) -> None:
    finding = judged(skew, harm)
    assert isinstance(finding, kind)
    assert isinstance(finding, Warned | Failed)
    assert finding.cause.id == "local.clock"
    assert code_of(finding, Platform.ANY) == code
    assert "timedatectl" in finding.cause.action


def test_the_evidence_names_the_clock_that_was_asked() -> None:
    assert judged(7200.0).evidence == {"ahead_s": 7200.0, "by": "init.test"}


@pytest.mark.parametrize(
    ("beside", "harm"),
    [
        ((), Harm.OPEN),
        ((TokenAccepted(by="init.test"),), Harm.NONE_SEEN),
        (
            (
                NotReached(
                    endpoint=ENDPOINT,
                    failed=DialFailed(failure=Failure(operation=Operation.TLS, kind=Kind.TLS_EXPIRED)),
                ),
            ),
            Harm.TLS,
        ),
    ],
)
async def test_what_stands_beside_the_clock(beside: tuple[object, ...], harm: Harm) -> None:
    time = ServerTime(server=0.0, here=0.0, source="init.test")
    async with a_context() as ctx:
        [seen] = [seen async for seen in CHECK.observe(ctx, Facts((time, *beside)))]
    assert seen == Clocks(time=time, harm=harm)
