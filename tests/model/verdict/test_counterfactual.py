"""What looking again with one thing changed teaches."""

import pytest

from hms_doctor.model.vantage import Carrier, Family, ProxyUse, TrustUse, Vantage
from hms_doctor.model.verdict.counterfactual import Counterfactual, in_words, lesson

DIRECT, IPV4, IPV6 = Vantage(proxy=ProxyUse.DIRECT), Vantage(family=Family.IPV4), Vantage(family=Family.IPV6)


def tried(vantage: Vantage, *, passes: bool) -> Counterfactual:
    return Counterfactual(check="endpoint.reach", vantage=vantage, passes=passes)


def test_it_is_told_in_words() -> None:
    assert tried(DIRECT, passes=True).words == "endpoint.reach: passes without the proxy"
    assert tried(IPV4, passes=False).words == "endpoint.reach: fails too over IPv4 alone"


@pytest.mark.parametrize(
    ("tries", "words"),
    [
        ((), ""),
        ((tried(DIRECT, passes=False),), ""),
        ((tried(DIRECT, passes=True),), "Without the proxy it works from here"),
        ((tried(IPV4, passes=True), tried(IPV6, passes=False)), "mend IPv6 on this network, or switch it off"),
        ((tried(IPV4, passes=False), tried(IPV6, passes=True)), "Over IPv6 alone it works: mend IPv4"),
        ((tried(IPV4, passes=True), tried(IPV6, passes=True)), ""),  # it was a passing trouble, not a family's
        ((tried(Vantage(trust=TrustUse.PUBLIC), passes=True),), ""),
        ((tried(Vantage(resolver="192.0.2.1"), passes=True),), "The name server 192.0.2.1 of this network knows"),
    ],
)
def test_the_one_change_that_helps_is_an_order(tries: tuple[Counterfactual, ...], words: str) -> None:
    assert (lesson(tries) == "") if not words else (words in lesson(tries))


TLS_443 = Counterfactual(
    check="ice.verdict",
    vantage=Vantage(carrier=Carrier.TLS, port=443),
    passes=True,
    told="turns:a.test:443 answers",
    lesson="Or list turns:a.test:443.",
)
UDP_443 = Counterfactual(
    check="ice.verdict", vantage=Vantage(carrier=Carrier.UDP, port=443), passes=False, told="turn:a.test:443 is refused"
)


def test_a_check_may_tell_it_in_words_of_its_own() -> None:
    also = Counterfactual(check="ice.verdict", vantage=Vantage(), passes=False, told="turn:a.test gets no answer")
    assert list(in_words((UDP_443, TLS_443, also))) == [
        "ice.verdict: tried otherwise: turns:a.test:443 answers; turn:a.test:443 is refused; turn:a.test gets no answer"
    ]
    assert list(in_words((tried(IPV4, passes=False),))) == ["endpoint.reach: fails too over IPv4 alone"]
    assert list(in_words(())) == []


def test_the_first_lesson_of_its_own_is_the_order() -> None:
    second = Counterfactual(check="ice.verdict", vantage=Vantage(), passes=True, told="x", lesson="Or else.")
    assert lesson((UDP_443, TLS_443, second)) == "Or list turns:a.test:443."
    assert lesson((UDP_443,)) == ""


@pytest.mark.parametrize(
    ("vantage", "words"),
    [
        (Vantage(), "as an app would"),
        (TLS_443.vantage, "over TLS, on port 443"),
        (Vantage(resolver="192.0.2.1"), "asking the name server 192.0.2.1"),
        (Vantage(proxy=ProxyUse.FORCED), "through the proxy, in spite of NO_PROXY"),
    ],
)
def test_a_vantage_says_what_it_changes(vantage: Vantage, words: str) -> None:
    assert str(vantage) == words
