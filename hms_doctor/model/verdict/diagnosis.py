"""Many findings, one root cause: the rules of who explains whom and what a joining app would meet first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from hms_doctor.model.causes import Cause, Platform
from hms_doctor.model.finding import (
    CheckResult,
    Failed,
    Ran,
    Skipped,
    Status,
    Trouble,
    Warned,
    action_of,
    code_of,
    status_of,
)
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.report import Confidence, Consequence, Diagnosis, NoCause, RootCause
from hms_doctor.model.verdict.alibi import alibis
from hms_doctor.model.verdict.counterfactual import Counterfactual, in_words, lesson


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One finding in the race for the root."""

    result: CheckResult
    trouble: Trouble
    place: tuple[int, int]  # of the check in the run, of the finding in the check

    @property
    def cause(self) -> Cause:
        """What it found."""
        return self.trouble.cause


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything that the rules look at."""

    results: tuple[CheckResult, ...]
    platform: Platform = Platform.ANY
    counterfactuals: tuple[Counterfactual, ...] = ()
    by_id: Mapping[str, CheckResult] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {result.id: result for result in self.results})


LINT = ("token.claims", "token.time", "token.signature")
"""Our inference about the token: evidence at most, once the server has spoken about the same token."""
_CONCLUSIONS: Mapping[str, tuple[str, ...]] = {"ice.verdict": ("ice.turn", "ice.stun")}
"""Checks that conclude from what others saw: what they found speaks for those."""


def diagnose(case: Case) -> Diagnosis:
    """Give the one root cause, the causes that stand beside it, and what follows from them."""
    failing = _candidates(case, Failed)
    breaking = _standing(case, failing)
    told = {c.cause.id for c in breaking}
    warning = [c for c in _candidates(case, Warned) if c.cause.id not in told]
    standing = [*breaking, *_standing(case, [c for c in warning if not _explainer(case, c, breaking)])]
    explained = [c for c in (*failing, *warning) if c not in standing and _explainer(case, c, standing)]
    ranked = [*_ranked(breaking, failing), *_ranked(standing[len(breaking) :], warning)]
    if not ranked:
        return Diagnosis(root=NoCause())
    return Diagnosis(
        root=_told(case, ranked[0], explained),
        others=tuple(_told(case, c, explained) for c in ranked[1:]),
        consequences=tuple(dict.fromkeys(_consequence(case, c, standing) for c in explained)),
    )


def _standing(case: Case, running: Sequence[Candidate]) -> list[Candidate]:
    """Give those that none of the others explains."""
    return [c for c in running if not any(_explains(case, other, c) for other in running)]


def _ranked(standing: Sequence[Candidate], running: Sequence[Candidate]) -> list[Candidate]:
    return sorted(_one_a_cause(standing), key=lambda c: _rank(c, running))


def _consequence(case: Case, candidate: Candidate, standing: Iterable[Candidate]) -> Consequence:
    return Consequence(
        check=candidate.result.id,
        code=code_of(candidate.trouble, case.platform),
        explained_by=_explainer(case, candidate, standing)[0].cause.id,
    )


def _candidates(case: Case, kind: type[Failed | Warned]) -> list[Candidate]:
    return [
        Candidate(result=result, trouble=finding, place=(i, j))
        for i, result in enumerate(case.results)
        for j, finding in enumerate(result.findings)
        if isinstance(finding, kind)
    ]


def _one_a_cause(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The same cause seen twice is one cause: a conclusion speaks for it, else the first sighting."""
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        if first.setdefault(candidate.cause.id, candidate).result.id in _CONCLUSIONS.get(candidate.result.id, ()):
            first[candidate.cause.id] = candidate
    return list(first.values())


def _explainer(case: Case, candidate: Candidate, standing: Iterable[Candidate]) -> list[Candidate]:
    return [other for other in standing if _explains(case, other, candidate)]


def _explains(case: Case, one: Candidate, other: Candidate) -> bool:
    """Whether the other would not be there without the one."""
    if _is_servers_word(one) and other.result.id in LINT:
        return True
    if one is other or one.cause.id == other.cause.id:
        return False
    if isinstance(one.trouble, Failed) and other.result.id in _CONCLUSIONS.get(one.result.id, ()):
        return True
    if one.cause.accounts_for(other.cause):
        # Two causes that name each other: the one whose check comes first stands.
        return not other.cause.accounts_for(one.cause) or one.place < other.place
    if other.cause.accounts_for(one.cause):  # a wrong clock is told by the server that its own fault hides
        return False
    # What is found about this machine itself is read from answers, and follows from none of them.
    reads_alone = other.result.group == "local"
    return isinstance(one.trouble, Failed) and not reads_alone and _descends(case, other.result.id, one.result.id)


def _is_servers_word(candidate: Candidate) -> bool:
    return isinstance(candidate.trouble, Failed) and bool(candidate.trouble.word)


def _descends(case: Case, check: str, ancestor: str) -> bool:
    """Whether a check needs another's facts, directly or through others (devices and network never meet here)."""
    seen: set[str] = set()
    ends = list(case.by_id[check].needs) if check in case.by_id else []
    while ends:
        end = ends.pop()
        if end == ancestor:
            return True
        if end not in seen and end in case.by_id:
            seen.add(end)
            ends.extend(case.by_id[end].needs)
    return False


_ORDER = (
    (2004,), (2002,), (2003,), tuple(range(40100, 40110)), (40001, 40002, 40004),
    (1000, 1003, 1006), (41001, 5001), (4001, 4002, 4003, 4004), (4005, 4006), (6002,),
    (3001, 3002, 3003), (3008,), (7001, 7002, 7003, 7004), (3012, 3013),
)  # fmt: skip
"""What ``join()`` meets first, by the code of the pages."""


def _step(code: int) -> int:
    return next((i for i, codes in enumerate(_ORDER) if code in codes), len(_ORDER))


def _rank(candidate: Candidate, running: Sequence[Candidate]) -> tuple[int, tuple[int, int]]:
    """What ``join()`` would meet first; a cause takes the place of those that it is known to lead to."""
    stands_for = [candidate, *(other for other in running if candidate.cause.accounts_for(other.cause))]
    return min(_step(_page_code(c)) for c in stands_for), candidate.place


def _page_code(candidate: Candidate) -> int:
    """The pages' code, since the order of ``join()`` is that of the pages whatever platform is told."""
    return (
        candidate.trouble.word
        if isinstance(candidate.trouble, Failed) and candidate.trouble.word
        else (candidate.cause.code)
    )


def _told(case: Case, candidate: Candidate, explained: Sequence[Candidate]) -> RootCause:
    follow = [c for c in explained if _explains(case, candidate, c)]
    return RootCause(
        cause=candidate.cause,
        check=candidate.result.id,
        code=code_of(candidate.trouble, case.platform),
        status=status_of(candidate.trouble),
        summary=candidate.trouble.summary,
        action=" ".join(filter(None, (action_of(candidate.trouble), lesson(_tried(case, candidate))))),
        confidence=_confidence(case, candidate, follow),
        evidence=tuple(_reasons(case, candidate, follow)),
    )


def _tried(case: Case, candidate: Candidate) -> tuple[Counterfactual, ...]:
    return tuple(c for c in case.counterfactuals if c.check == candidate.result.id)


_CERTAIN_GROUPS = ("token.format", "token.claims", "token.expectations", "token.signature", "endpoint.url")
"""Checks that read a text which they hold in full: there is nothing to infer."""
_LEVELS = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


def _confidence(case: Case, candidate: Candidate, follow: Sequence[Candidate]) -> Confidence:
    level = _plain_confidence(case, candidate, follow)
    doubtful = any(
        result.status is Status.INCONCLUSIVE and _descends(case, candidate.result.id, result.id)
        for result in case.results
    )
    return _LEVELS[max(0, _LEVELS.index(level) - doubtful)]


def _plain_confidence(case: Case, candidate: Candidate, follow: Sequence[Candidate]) -> Confidence:
    own_word = candidate.trouble.evidence.get("confidence")
    flipped = any(c.passes for c in _tried(case, candidate))
    if isinstance(own_word, str) and own_word in list(Confidence) and not flipped:
        return Confidence(own_word)
    agreeing = any(c.result.group != candidate.result.group and isinstance(c.trouble, Failed) for c in follow)
    certain = candidate.result.id in _CERTAIN_GROUPS
    return Confidence.HIGH if _is_servers_word(candidate) or flipped or agreeing or certain else Confidence.MEDIUM


def _saying_more(root: Candidate, follow: Sequence[Candidate]) -> list[Candidate]:
    """Leave out what another sentence says in full."""
    telling = {c.trouble.summary: c for c in reversed(follow)}  # of equal ones the first
    said = [root.trouble.summary, *telling]
    return [c for c in follow if telling[c.trouble.summary] is c and _times_said(c, said) == 1]


def _is_missed(result: CheckResult) -> bool:
    skipped = result.outcome
    return isinstance(skipped, Skipped) and not (skipped.asked_for or skipped.not_applicable)


def _times_said(candidate: Candidate, sentences: Iterable[str]) -> int:
    return sum(candidate.trouble.summary in sentence for sentence in sentences)


def _reasons(case: Case, candidate: Candidate, follow: Sequence[Candidate]) -> Iterable[str]:
    """Say in sentences why this is the root: what was seen elsewhere, what was tried, what repeated."""
    outcome = candidate.result.outcome
    if _is_servers_word(candidate):
        yield f"{candidate.result.id}: this is the server's own word"
    if isinstance(outcome, Ran) and outcome.attempts > 1 and isinstance(candidate.trouble, Failed):
        yield f"{candidate.result.id}: seen in {outcome.attempts} of {outcome.attempts} tries"
    yield from in_words(_tried(case, candidate))
    for other in _saying_more(candidate, follow)[:4]:
        yield f"{other.result.id}: {other.trouble.summary}"
    yield from alibis(candidate.cause, case.by_id)
    held_up = [r.id for r in case.results if _is_missed(r) and _descends(case, r.id, candidate.result.id)]
    if held_up and isinstance(candidate.trouble, Failed):
        yield f"not tried because of it: {', '.join(held_up)}"
