import pytest
from ws_servers import a_context

from hms_doctor.checks.local_clock import CHECK, Clocks, Harm, diagnose
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.check import Facts
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Finding, Passed, Warned, action_of, code_of
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.network.server import CertificateFacts, EndpointUrl, ServerTime, TokenAccepted
from hms_doctor.model.secret import Secret
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.wire.connection.dial import DialFailed
from hms_doctor.wire.http.reach import NotReached

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


EXPLAINED = {
    Harm.NONE_SEEN: (),
    Harm.OPEN: (),
    Harm.CERTIFICATE: ("tls.expired", "tls.not_yet_valid"),
    Harm.TOKEN: ("token.expired", "token.not_yet_valid"),
}


@pytest.mark.parametrize(
    ("harm", "kind", "code"),
    [
        (Harm.OPEN, Warned, 0),
        (Harm.TOKEN, Failed, 40109),
        (Harm.CERTIFICATE, Failed, 2003),
        (Harm.NONE_SEEN, Warned, 0),
    ],
)
@pytest.mark.parametrize("skew", [300.0, -7200.0, 86400.0 * 400])
def test_a_wrong_clock_fails_where_it_broke_something(skew: float, harm: Harm, kind: type[Finding], code: int) -> None:
    finding = judged(skew, harm)
    assert isinstance(finding, kind)
    assert isinstance(finding, Warned | Failed)
    assert finding.cause.id == "local.clock"
    assert finding.cause.explains == EXPLAINED[harm]
    assert code_of(finding, Platform.ANY) == code
    assert "timedatectl" in action_of(finding)


@pytest.mark.parametrize(
    ("skew", "harm", "words"),
    [
        (7200.0, Harm.TOKEN, "the token is valid here and is not valid there yet"),
        (-7200.0, Harm.TOKEN, "the token is valid here and has expired there"),
        (7200.0, Harm.CERTIFICATE, "so its certificate seems to have expired"),
        (-7200.0, Harm.CERTIFICATE, "so its certificate seems not to be valid yet"),
        (-7200.0, Harm.NONE_SEEN, "the server took the token all the same"),
    ],
)
def test_what_it_broke_is_told(skew: float, harm: Harm, words: str) -> None:
    assert words in judged(skew, harm).summary


def test_a_token_made_by_a_wrong_clock_is_inferred_and_has_to_be_made_anew() -> None:
    finding = judged(7200.0, Harm.TOKEN)
    assert finding.evidence["confidence"] == "medium"
    assert action_of(finding).endswith("Then make or fetch a new token.")


@pytest.mark.parametrize("harm", list(Harm))
def test_a_relays_login_that_init_did_not_make_may_be_made_by_this_clock(harm: Harm) -> None:
    time = ServerTime(server=0.0, here=7200.0, source="init.test")
    [finding] = diagnose(Clocks(time=time, harm=harm, own_relays=True))
    assert isinstance(finding, Warned | Failed)
    assert ("turn.credentials.*" in finding.cause.explains) == (harm is not Harm.CERTIFICATE)


def test_the_evidence_names_the_clock_that_was_asked() -> None:
    assert judged(7200.0).evidence == {"ahead_s": 7200.0, "by": "init.test"}


NOW, HERE = 1795285330.0, 1795285330.0 + 7200.0


def stopped(begins: float, ends: float) -> NotReached:
    certificate = CertificateFacts(issuer="CA", subject="x", names=(), not_before=begins, not_after=ends)
    failure = Failure(operation=Operation.TLS, kind=Kind.TLS_EXPIRED)
    return NotReached(endpoint=ENDPOINT, failed=DialFailed(failure=failure, certificate=certificate))


def token(begins: float, ends: float) -> WellFormedToken:
    return WellFormedToken(text=Secret("a.b.c"), header={}, claims={"iat": begins, "nbf": begins, "exp": ends})


@pytest.mark.parametrize(
    ("beside", "harm"),
    [
        ((), Harm.OPEN),
        ((TokenAccepted(by="init.test"),), Harm.NONE_SEEN),
        ((TokenAccepted(by="init.test"), token(HERE - 10, HERE + 60)), Harm.NONE_SEEN),
        (
            (
                NotReached(
                    endpoint=ENDPOINT,
                    failed=DialFailed(failure=Failure(operation=Operation.TLS, kind=Kind.TLS_EXPIRED)),
                ),
            ),
            Harm.CERTIFICATE,
        ),
        ((stopped(NOW - 60, NOW + 60),), Harm.CERTIFICATE),
        ((stopped(NOW - 60, NOW - 30),), Harm.OPEN),  # it expired by the server's clock too
        ((token(HERE - 10, HERE + 60),), Harm.TOKEN),  # made by a clock like this one
        ((token(NOW - 10, NOW + 60),), Harm.OPEN),  # good there: our clock would be wrong about it, and nobody asks it
        ((token(NOW - 60, NOW - 30),), Harm.OPEN),  # expired by both
        ((token(HERE + 60, HERE + 90),), Harm.OPEN),  # not yet valid by both
    ],
)
async def test_what_stands_beside_the_clock(beside: tuple[object, ...], harm: Harm) -> None:
    time = ServerTime(server=NOW, here=HERE, source="init.test")
    async with a_context() as ctx:
        [seen] = [seen async for seen in CHECK.observe(ctx, Facts((time, *beside)))]
    assert seen == Clocks(time=time, harm=harm)


@pytest.mark.parametrize(("origin", "own"), [("init", False), ("the command line", True)])
async def test_whose_relays_they_are(origin: str, own: bool) -> None:
    time = ServerTime(server=NOW, here=HERE, source="init.test")
    async with a_context() as ctx:
        [seen] = [seen async for seen in CHECK.observe(ctx, Facts((time, IceServers(servers=(), origin=origin))))]
    assert seen.own_relays is own
