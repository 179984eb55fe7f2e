"""Which checks run: the selection, what it implies, and why the rest does not run."""

from collections.abc import Iterable, Sequence

from hms_doctor.model.check import AnyCheck
from hms_doctor.model.finding import Skipped
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import Selection


class UnknownCheckError(ValueError):
    """No check has this id or prefix; the message names the nearest."""

    def __init__(self, wish: str, hint: str) -> None:
        super().__init__(f"there is no check {wish!r}; {hint}")
        self.wish = wish


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A check that shall run; ``implied`` when only another one's needs brought it in."""

    check: AnyCheck
    implied: bool = False


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A check that shall not run, and why."""

    check: AnyCheck
    skipped: Skipped


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The checks of a run, in reading order."""

    run: tuple[Planned, ...]
    left_out: tuple[LeftOut, ...] = ()
    named: frozenset[str] = frozenset()  # ids that the user named by --only or --require
    order: tuple[str, ...]  # the ids of these and other checks as people read them

    def providers(self, fact: type) -> tuple[AnyCheck, ...]:
        """Give the checks of this plan that may produce a fact."""
        return tuple(p.check for p in self.run if fact in p.check.yields)

    def hangs_on(self, fact: type, seeded: frozenset[type]) -> bool:
        """Whether a check that was chosen has no way to look without a fact that no check makes out of nothing."""
        return any(self._waits_for(p.check, fact, seeded) for p in self.run if not p.implied)

    def _waits_for(self, check: AnyCheck, fact: type, seeded: frozenset[type]) -> bool:
        for need in set(check.needs) - seeded:
            makers = self.providers(need)
            if need is fact or (makers and all(self._waits_for(maker, fact, seeded) for maker in makers)):
                return True
        return False

    def absent_providers(self, fact: type) -> tuple[AnyCheck, ...]:
        """Give the checks that could produce a fact and were left out."""
        return tuple(left.check for left in self.left_out if fact in left.check.yields)


def covers(prefix: str, check_id: str) -> bool:
    """Whether an id or a prefix of whole words (``token`` covers ``token.time``) names a check."""
    return check_id == prefix or check_id.startswith(f"{prefix}.")


def make_plan(checks: Sequence[AnyCheck], selection: Selection, seeded: frozenset[type]) -> Plan:
    """Choose from the checks. ``seeded``: the facts that are there before any check has run.

    Raises UnknownCheckError for an id or prefix that names no check.
    """
    for wish in (*selection.only, *selection.skip, *selection.require):
        _known(wish, checks)
    wanted = [c for c in checks if not selection.only or _any_covers((*selection.only, *selection.require), c)]
    chosen = [c for c in wanted if not _any_covers(selection.skip, c) and not _reason(c, selection)]
    needed = _implied(chosen, checks, seeded, selection.skip)
    run = [c for c in checks if c in chosen or (c in needed and not _any_covers(selection.skip, c))]
    return Plan(
        run=tuple(Planned(check=c, implied=c not in chosen) for c in run),
        left_out=tuple(
            LeftOut(check=c, skipped=Skipped(because=_why_left_out(c, selection), asked_for=True))
            for c in checks
            if c not in run and (c in wanted or c in needed)
        ),
        named=frozenset(c.id for c in checks if _any_covers((*selection.only, *selection.require), c)),
        order=tuple(c.id for c in checks),
    )


def _known(wish: str, checks: Sequence[AnyCheck]) -> None:
    if any(covers(wish, c.id) for c in checks):
        return
    import difflib

    names = sorted({c.id for c in checks} | {c.id.split(".")[0] for c in checks})
    nearest = difflib.get_close_matches(wish, names, n=3, cutoff=0.4)
    hint = f"the nearest: {', '.join(nearest)}" if nearest else "`hms-doctor list` shows all"
    raise UnknownCheckError(wish, hint)


def _any_covers(prefixes: Iterable[str], check: AnyCheck) -> bool:
    return any(covers(prefix, check.id) for prefix in prefixes)


def _why_left_out(check: AnyCheck, selection: Selection) -> str:
    return "--skip" if _any_covers(selection.skip, check) else _reason(check, selection)


def _reason(check: AnyCheck, selection: Selection) -> str:
    if _any_covers((*selection.only, *selection.require), check):
        return ""
    return next((why for prefix, why in selection.reasons.items() if covers(prefix, check.id)), "")


def _implied(
    chosen: Sequence[AnyCheck], checks: Sequence[AnyCheck], seeded: frozenset[type], skip: Sequence[str]
) -> list[AnyCheck]:
    """Give the checks that the chosen ones need and that nobody chose, transitively; what is skipped needs nothing."""
    implied: list[AnyCheck] = []
    open_ends = list(chosen)
    while open_ends:
        end = open_ends.pop()
        missing = set() if _any_covers(skip, end) else set(end.needs) - seeded
        for check in checks:
            if missing.isdisjoint(check.yields) or check in chosen or check in implied:
                continue
            implied.append(check)
            open_ends.append(check)
    return implied
