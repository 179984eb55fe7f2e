"""What one check knows about another's object."""

import pytest
from helpers_runner import cause

from hms_doctor.model.check import Facts
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import CheckResult, Failed, Finding, Passed, Ran, Skipped, Status, Warned
from hms_doctor.model.ice.relays import Path, Proven, RelayOutcome, RelayRow, Relays, Stage, Unreached
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.network.server import RolePolicy, TokenAccepted
from hms_doctor.model.vantage import Family
from hms_doctor.model.verdict.weighing import weigh

USER = cause("token.user_id", code=40107)
OLD = cause("token.expired", code=40109)
KIND = cause("token.wrong_kind", code=40109, explains=("token.user_id",))
REFUSED = cause("server.generic", code=40100)


PROVEN = Proven(sent=5, rtts_ms=(40.0,))
SILENT = Unreached(stage=Stage.REACH, failure=Failure(operation=Operation.CHALLENGE, kind=Kind.SILENT))


def check(name: str, *findings: Finding) -> CheckResult:
    return CheckResult(id=name, title=name, outcome=Ran(findings=findings))


def bad(what: object = USER, word: int = 0) -> Failed:
    assert hasattr(what, "id")
    return Failed(cause=what, summary=f"{what.id} seen", word=word, action="Do it.")  # type: ignore[arg-type]


def policy(*publishes: str) -> RolePolicy:
    return RolePolicy(role="guest", publishes=frozenset(publishes), known_roles=("guest",), raw={})


def test_what_the_server_accepted_can_only_warn() -> None:
    [claims, secret, shape] = weigh(
        (check("token.claims", bad()), check("token.signature", bad(OLD)), check("token.expectations", bad())),
        Facts([TokenAccepted(by="init")]),
    )
    assert claims.findings == (
        Warned(cause=USER, summary="token.user_id seen (the server accepted the token)", action="Do it."),
    )
    assert secret.status is Status.WARN
    assert shape.status is Status.FAIL  # what the user expected is not the server's to say


def test_without_the_servers_word_the_lint_stands() -> None:
    assert weigh((check("token.claims", bad()),), Facts())[0].status is Status.FAIL


def test_a_refusal_without_a_reason_gets_the_one_finding_that_fits() -> None:
    [_, init] = weigh((check("token.claims", bad()), check("init", bad(REFUSED, 40100))), Facts())
    [finding] = init.findings
    assert isinstance(finding, Failed)
    assert (finding.cause, finding.word) == (USER, 40107)
    assert finding.summary == "token.user_id seen (server.generic seen)"


@pytest.mark.parametrize("transport", list(Transport))
@pytest.mark.parametrize("outcome", [PROVEN, SILENT])
def test_a_relay_over_udp_disproves_silent_bindings(transport: Transport, outcome: RelayOutcome) -> None:
    path = Path(url="turn:t.test", host="t.test", port=3478, transport=transport, family=Family.IPV4)
    relays = Relays(rows=(RelayRow(path=path, outcome=outcome),))
    silence = Warned(cause=cause("stun.no_answer"), summary="0 of 2 UDP ports answer")
    [stun] = weigh((check("ice.stun", silence),), Facts([relays]))
    disproved = transport is Transport.UDP and outcome is PROVEN
    assert (stun.status is Status.PASS) == disproved
    assert ("a relay over UDP works all the same" in stun.summary) == disproved


def test_two_findings_that_fit_decide_nothing() -> None:
    [_, init] = weigh((check("token.claims", bad(), bad(OLD)), check("init", bad(REFUSED, 40100))), Facts())
    assert init.findings[0] == bad(REFUSED, 40100)


def test_a_finding_that_explains_the_other_fits_alone() -> None:
    [_, init] = weigh((check("token.claims", bad(), bad(KIND)), check("init", bad(REFUSED, 40100))), Facts())
    [finding] = init.findings
    assert isinstance(finding, Failed)
    assert finding.cause is KIND


def test_a_refusal_with_a_code_keeps_it() -> None:
    other = bad(cause("server.role"), 40108)
    assert weigh((check("token.claims", bad()), check("init", other)), Facts())[1].findings == (other,)


def test_a_role_that_publishes_no_video_needs_no_camera() -> None:
    facts = Facts([policy("audio")])
    [camera, microphone] = weigh((check("devices.camera", bad()), check("devices.microphone", bad())), facts)
    assert camera.findings == (Passed(summary="not needed: the role guest publishes no video (token.user_id seen)"),)
    assert microphone.status is Status.FAIL


def test_a_skipped_check_stays_skipped() -> None:
    result = CheckResult(id="devices.camera", title="x", outcome=Skipped(because="CI"))
    assert weigh((result,), Facts([policy()])) == (result,)


def said(text: str, code: int, name: str) -> Failed:
    return Failed(
        cause=cause(name, code=code), summary=f"401: {text}", word=code, evidence={"server_message": text}, action=""
    )


def test_a_refusal_with_a_code_is_told_by_the_finer_offline_finding_of_that_code() -> None:
    [_, init] = weigh((check("token.claims", bad()), check("init", said("bad user", 40107, "server.user_id"))), Facts())
    [finding] = init.findings
    assert isinstance(finding, Failed)
    assert (finding.cause, finding.word, finding.action) == (USER, 40107, "Do it.")


def test_an_expired_token_is_not_blamed_for_a_wrong_signature() -> None:
    refusal = said("signature is invalid", 40109, "server.bad_jwt")
    [_, init] = weigh((check("token.time", bad(OLD)), check("init", refusal)), Facts())
    assert init.findings == (refusal,)
    [_, agreed] = weigh(
        (check("token.time", bad(OLD)), check("init", said("token is expired", 40109, "server.bad_jwt"))), Facts()
    )
    assert isinstance(agreed.findings[0], Failed)
    assert agreed.findings[0].cause is OLD


def test_a_platform_keeps_the_number_that_its_sdk_raises() -> None:
    on_web = Failed(cause=REFUSED, summary="401", word=401)
    [_, init] = weigh((check("token.claims", bad()), check("init", on_web)), Facts())
    assert isinstance(init.findings[0], Failed)
    assert (init.findings[0].cause, init.findings[0].word) == (USER, 401)
