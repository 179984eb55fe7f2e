"""One root cause: who explains whom, what ``join()`` meets first, how sure we are."""

from dataclasses import replace

from helpers_runner import cause

from hms_doctor.model.causes import Cause, Platform, Scope
from hms_doctor.model.finding import CheckResult, Failed, Finding, Passed, Ran, Skipped, Undecided, Warned
from hms_doctor.model.report.report import Confidence, Consequence, Diagnosis, NoCause, RootCause
from hms_doctor.model.vantage import ProxyUse, Vantage
from hms_doctor.model.verdict.counterfactual import Counterfactual
from hms_doctor.model.verdict.diagnosis import Case, diagnose


def result(name: str, *findings: Finding, needs: tuple[str, ...] = (), attempts: int = 1) -> CheckResult:
    return CheckResult(id=name, title=name, outcome=Ran(findings=findings, attempts=attempts), needs=needs)


def skip(name: str, *, needs: tuple[str, ...], asked_for: bool = False, not_applicable: bool = False) -> CheckResult:
    outcome = Skipped(because=needs[0], asked_for=asked_for, not_applicable=not_applicable)
    return CheckResult(id=name, title=name, outcome=outcome, needs=needs)


def failed(what: Cause, *, word: int = 0, confidence: str = "") -> Failed:
    evidence = {"confidence": confidence} if confidence else {}
    return Failed(cause=what, summary=f"{what.id} seen", word=word, evidence=evidence)


def warned(what: Cause) -> Warned:
    return Warned(cause=what, summary=f"{what.id} seen")


def run(*results: CheckResult, platform: Platform = Platform.ANY, tried: tuple[Counterfactual, ...] = ()) -> Diagnosis:
    return diagnose(Case(results=results, platform=platform, counterfactuals=tried))


def root(found: Diagnosis) -> RootCause:
    assert isinstance(found.root, RootCause)
    return found.root


TLS = cause("tls.expired")
DNS = cause("dns.nxdomain")
CAMERA = cause("camera.busy", code=3003)
ROLE = cause("server.role", code=40108)
CLAIM = cause("token.role", code=40108)
WEBSOCKET = cause("websocket.refused", code=1003)
RELAYS = cause("turn.unreachable", code=4005)


def test_all_well_has_no_cause() -> None:
    assert run(result("init", Passed(summary="fine"))) == Diagnosis(root=NoCause())


def test_a_failure_stands_before_every_warning_and_lists_them_beside() -> None:
    found = run(result("token.time", warned(cause("token.soon", code=40109))), result("devices.camera", failed(CAMERA)))
    assert root(found).cause is CAMERA
    assert root(found).code == 3003
    assert [other.cause.id for other in found.others] == ["token.soon"]


def test_without_a_failure_the_first_warning_is_the_root_and_has_no_code() -> None:
    found = run(result("token.time", warned(cause("token.soon", code=40109))))
    assert (root(found).cause.id, root(found).code, root(found).status) == ("token.soon", 0, "warn")


def test_what_join_meets_first_is_the_root() -> None:
    found = run(
        result("devices.camera", failed(CAMERA)),
        result("ice.verdict", failed(RELAYS)),
        result("signalling.connect", failed(WEBSOCKET)),
        result("endpoint.reach", failed(TLS)),
    )
    assert root(found).cause is TLS
    assert [o.cause.id for o in found.others] == ["websocket.refused", "turn.unreachable", "camera.busy"]


def test_a_tie_goes_to_the_first_check() -> None:
    found = run(result("endpoint.reach", failed(DNS)), result("init", failed(TLS)))
    assert root(found).cause is DNS


def test_a_cause_that_needs_explain_becomes_a_consequence() -> None:
    found = run(
        result("endpoint.reach", failed(DNS)),
        result("init", failed(cause("init.silent")), needs=("endpoint.reach",)),
        result("signalling.connect", failed(WEBSOCKET), needs=("init",)),
    )
    assert root(found).cause is DNS
    assert found.others == ()
    assert found.consequences == (
        Consequence(check="init", code=2003, explained_by="dns.nxdomain"),
        Consequence(check="signalling.connect", code=1003, explained_by="dns.nxdomain"),
    )


def test_a_machine_cause_takes_the_place_of_what_it_explains() -> None:
    portal = cause("portal.captive", explains=("tls.*", "turn.*"))
    found = run(
        result("local.portal", failed(portal)),
        result("endpoint.reach", failed(TLS)),
        result("ice.verdict", failed(RELAYS)),
        result("devices.camera", failed(CAMERA)),
    )
    assert root(found).cause is portal
    assert [o.cause.id for o in found.others] == ["camera.busy"]
    assert {c.check for c in found.consequences} == {"endpoint.reach", "ice.verdict"}


def test_a_late_code_of_this_machine_ranks_by_what_it_explains() -> None:
    clock = cause("local.clock", code=40109, explains=("tls.expired",))
    found = run(result("local.clock", failed(clock)), result("endpoint.reach", failed(TLS)), result("x", failed(ROLE)))
    assert root(found).cause is clock


def test_who_is_explained_does_not_explain_back_by_its_facts() -> None:
    clock = cause("local.clock", explains=("tls.expired",))
    found = run(result("endpoint.reach", failed(TLS)), result("local.clock", failed(clock), needs=("endpoint.reach",)))
    assert root(found).cause is clock
    assert [c.check for c in found.consequences] == ["endpoint.reach"]


def test_what_is_wrong_with_this_machine_follows_from_nobodys_answer() -> None:
    clock = cause("local.clock", code=0)
    found = run(result("init", failed(ROLE, word=40108)), result("local.clock", warned(clock), needs=("init",)))
    assert root(found).cause is ROLE
    assert [o.cause.id for o in found.others] == ["local.clock"]


def test_the_servers_word_makes_our_lint_evidence() -> None:
    found = run(
        result("token.claims", failed(CLAIM)),
        result("token.time", failed(cause("token.expired", code=40109))),
        result("init", failed(ROLE, word=40108)),
    )
    assert root(found).cause is ROLE
    assert root(found).confidence is Confidence.HIGH
    assert {c.check for c in found.consequences} == {"token.claims", "token.time"}
    assert "token.claims: token.role seen" in root(found).evidence


def said(what: Cause, words: str) -> Failed:
    return Failed(cause=what, summary=words, word=40108 if what is ROLE else 0)


def test_what_the_root_or_another_says_in_full_is_not_repeated() -> None:
    parent = cause("local.x", explains=("a.*", "b.*"))
    follow = [
        result("a1", said(cause("a.1"), "the token expired")),
        result("a2", said(cause("a.2"), "the token expired (the server says so)")),
        result("a3", said(cause("a.3"), "the clock is wrong")),
        result("a4", said(cause("a.4"), "the same")),
        result("a5", said(cause("a.5"), "the same")),
    ]
    found = root(run(result("local.x", said(parent, "the clock is wrong by 2 h")), *follow))
    assert found.evidence == ("a2: the token expired (the server says so)", "a4: the same")


def test_a_code_that_the_server_gave_is_told_as_it_is() -> None:
    found = run(result("init", failed(cause("server.other", code=2003), word=424)))
    assert root(found).code == 424


def test_a_platform_tells_its_own_code() -> None:
    on_web = replace(WEBSOCKET, platform_codes={Platform.WEB: 1000})
    assert root(run(result("signalling.connect", failed(on_web)), platform=Platform.WEB)).code == 1000
    assert root(run(result("signalling.connect", failed(on_web)), platform=Platform.IOS)).code == 1003


def test_the_same_cause_seen_twice_is_one() -> None:
    found = run(result("endpoint.reach", failed(DNS)), result("token.room_code", failed(DNS)))
    assert found.others == ()


def test_one_probe_is_medium_and_a_flip_makes_it_high() -> None:
    blocked = result("endpoint.reach", failed(cause("proxy.refused")))
    assert root(run(blocked)).confidence is Confidence.MEDIUM
    flip = Counterfactual(check="endpoint.reach", vantage=Vantage(proxy=ProxyUse.DIRECT), passes=True)
    sure = root(run(blocked, tried=(flip,)))
    assert sure.confidence is Confidence.HIGH
    assert "endpoint.reach: passes without the proxy" in sure.evidence
    assert sure.action.startswith("Mend proxy.refused. Without the proxy it works from here")
    same = root(run(blocked, tried=(replace(flip, passes=False),)))
    assert same.confidence is Confidence.MEDIUM
    assert "endpoint.reach: fails too without the proxy" in same.evidence


def test_two_probes_of_different_kinds_that_agree_are_high() -> None:
    link = cause("local.no_link", explains=("dns.*",))
    found = run(result("local.link", failed(link)), result("endpoint.reach", failed(DNS)))
    assert root(found).confidence is Confidence.HIGH


def test_the_checks_own_word_on_confidence_counts() -> None:
    assert root(run(result("ice.verdict", failed(RELAYS, confidence="low")))).confidence is Confidence.LOW


def test_a_flip_is_surer_than_the_checks_own_word() -> None:
    flip = Counterfactual(
        check="ice.verdict", vantage=Vantage(port=443), passes=True, told="port 443 answers", lesson="Or use port 443."
    )
    told = root(run(result("ice.verdict", failed(RELAYS, confidence="medium")), tried=(flip,)))
    assert told.confidence is Confidence.HIGH
    assert told.evidence == ("ice.verdict: tried otherwise: port 443 answers",)
    assert told.action.endswith(" Or use port 443.")


def test_a_text_that_we_hold_in_full_is_certain() -> None:
    assert root(run(result("token.format", failed(cause("token.segments", code=2004))))).confidence is Confidence.HIGH


def test_an_inconclusive_check_before_it_costs_one_step() -> None:
    unsure = result("ice.turn", Undecided(summary="cut off"))
    found = run(unsure, result("ice.verdict", failed(RELAYS, confidence="high"), needs=("ice.turn",)))
    assert root(found).confidence is Confidence.MEDIUM


def test_devices_and_network_never_explain_each_other() -> None:
    found = run(result("endpoint.reach", failed(DNS)), result("devices.camera", failed(CAMERA)))
    assert found.consequences == ()
    assert [o.cause.id for o in found.others] == ["camera.busy"]


def test_causes_that_name_each_other_leave_the_first_standing() -> None:
    one, two = cause("a.one", explains=("a.two",)), cause("a.two", explains=("a.one",))
    found = run(result("x", failed(one)), result("y", failed(two)))
    assert root(found).cause is one
    assert found.others == ()


VERDICT, TURN = "ice.verdict", "ice.turn"
LOGIN = cause("turn.credentials.wrong", code=4005)


def test_a_conclusion_speaks_for_the_same_cause_seen_before_it() -> None:
    found = run(result(TURN, warned(LOGIN)), result(VERDICT, warned(LOGIN), needs=(TURN,)))
    assert (root(found).check, found.others) == (VERDICT, ())


def test_a_failed_conclusion_explains_all_that_it_was_drawn_from() -> None:
    seen = (warned(cause("turn.no_answer", code=4005)), warned(cause("turn.proxy", code=4005)))
    found = run(result(TURN, *seen), result("ice.stun", warned(cause("stun.x"))), result(VERDICT, failed(RELAYS)))
    assert (root(found).check, found.others) == (VERDICT, ())
    assert [c.check for c in found.consequences] == [TURN, "ice.stun"]  # each once


def test_a_conclusion_that_only_warns_hides_nothing() -> None:
    other = cause("turn.tls.expired", code=4005)
    found = run(result(TURN, warned(other)), result(VERDICT, warned(cause("turn.udp_blocked", code=4005))))
    assert {root(found).cause.id, *(o.cause.id for o in found.others)} == {"turn.tls.expired", "turn.udp_blocked"}


def test_a_warning_that_another_explains_is_not_told_beside_a_failure() -> None:
    blocked = cause("turn.udp_blocked", code=4005, explains=("stun.*",))
    found = run(
        result("signalling.connect", failed(WEBSOCKET)),
        result("ice.stun", warned(cause("stun.no_answer", code=0))),
        result(VERDICT, warned(blocked)),
    )
    assert [o.cause.id for o in found.others] == ["turn.udp_blocked"]
    assert found.consequences == (Consequence(check="ice.stun", code=0, explained_by="turn.udp_blocked"),)


def test_what_fails_elsewhere_is_not_told_again_as_a_warning() -> None:
    found = run(
        result("endpoint.reach", failed(DNS)),
        result(TURN, warned(RELAYS)),
        result(VERDICT, failed(RELAYS), needs=(TURN,)),
    )
    assert [(o.cause.id, o.check) for o in found.others] == [("turn.unreachable", VERDICT)]


def test_a_warning_ranks_by_what_it_leads_to() -> None:
    old = cause("init.turn_expired", code=0, explains=("turn.credentials.*",))
    clock = cause("local.clock", code=0)
    found = run(result("local.clock", warned(clock)), result("init", warned(old)), result(VERDICT, warned(LOGIN)))
    assert root(found).cause is old
    assert [o.cause.id for o in found.others] == ["local.clock"]


def test_a_failure_that_went_away_is_not_told_as_seen_twice() -> None:
    flaky = root(run(result("endpoint.reach", warned(cause("network.flaky")), attempts=2)))
    assert flaky.evidence == ()


def test_what_works_beside_it_narrows_the_root_down() -> None:
    blocked = replace(RELAYS, scope=Scope.NETWORK)
    reached = result("endpoint.reach", Passed(summary="192.0.2.1, TLS 1.3", evidence={"address": "192.0.2.1"}))
    found = root(run(reached, result(VERDICT, failed(blocked))))
    assert "endpoint.reach: 192.0.2.1, TLS 1.3, so the network as a whole works" in found.evidence


def test_what_was_not_tried_because_of_the_root_is_evidence() -> None:
    found = run(
        result("endpoint.reach", failed(DNS), attempts=2),
        skip("init", needs=("endpoint.reach",)),
        skip("signalling.connect", needs=("init",)),
        skip("signalling.join", needs=("signalling.connect",), not_applicable=True),
        skip("ice.turn", needs=("init",), asked_for=True),
    )
    assert root(found).evidence == (
        "endpoint.reach: seen in 2 of 2 tries",
        "not tried because of it: init, signalling.connect",
    )


def test_a_warning_explained_by_the_root_is_a_consequence_not_another_cause() -> None:
    link = cause("local.no_link", explains=("turn.*",))
    found = run(result("local.link", failed(link)), result("ice.turn", warned(RELAYS)))
    assert found.others == ()
    assert [c.check for c in found.consequences] == ["ice.turn"]
