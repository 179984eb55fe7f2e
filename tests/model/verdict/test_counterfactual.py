"""What looking again with one thing changed teaches."""

import pytest

from hms_doctor.model.vantage import Family, ProxyUse, TrustUse, Vantage
from hms_doctor.model.verdict.counterfactual import Counterfactual, lesson

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
    ],
)
def test_the_one_change_that_helps_is_an_order(tries: tuple[Counterfactual, ...], words: str) -> None:
    assert (lesson(tries) == "") if not words else (words in lesson(tries))
