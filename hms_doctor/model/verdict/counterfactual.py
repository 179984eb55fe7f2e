"""A failing check looked at again with one thing changed, and what that teaches."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Family, ProxyUse, Vantage


@dataclass(frozen=True, kw_only=True)
class Counterfactual:
    """A failing check looked at again with one thing changed."""

    check: str
    vantage: Vantage
    passes: bool
    told: str = ""  # in the check's own words; empty: the vantage says it all
    lesson: str = ""  # what the check would have done about it, where it passes

    @property
    def words(self) -> str:
        """Say how it went."""
        return f"{self.check}: {'passes' if self.passes else 'fails too'} {self.vantage}"


def in_words(tried: Sequence[Counterfactual]) -> Iterable[str]:
    """Say how each went; those that a check tells in its own words share a sentence, the helpful first."""
    told = sorted((each for each in tried if each.told), key=lambda each: not each.passes)
    yield from (each.words for each in tried if not each.told)
    if told:
        yield f"{told[0].check}: tried otherwise: {'; '.join(each.told for each in told)}"


_OTHER: Final[Mapping[Family, tuple[str, str]]] = {
    Family.IPV4: ("IPv4", "IPv6"),
    Family.IPV6: ("IPv6", "IPv4"),
}


def lesson(tried: Iterable[Counterfactual]) -> str:
    """Say what to do with the one change that helps; empty where none does, or where either of two would."""
    helping = [each for each in tried if each.passes]
    for own in (each.lesson for each in helping if each.lesson):
        return own
    passing = [each.vantage for each in helping]
    for server in (vantage.resolver for vantage in passing if vantage.resolver):
        return f"The name server {server} of this network knows the name: let this machine ask it."
    if len(passing) != 1:
        return ""
    [vantage] = passing
    if vantage.proxy is ProxyUse.DIRECT:
        return "Without the proxy it works from here: name this host in NO_PROXY, or set --proxy none."
    if vantage.family in _OTHER:
        works, fails = _OTHER[vantage.family]
        return f"Over {works} alone it works: mend {fails} on this network, or switch it off."
    return ""
