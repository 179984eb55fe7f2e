"""Checks that are watched while they run: what they read, which codes and causes they give."""

from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from hms_doctor.checks import every_check
from hms_doctor.model.causes import Platform
from hms_doctor.model.check import AnyCheck, Check, Context, Facts
from hms_doctor.model.finding import Failed, Finding, Warned, code_of
from hms_doctor.model.report.report import Report
from hms_doctor.runner import Order, execute

Observation = TypeVar("Observation")


@dataclass
class Seen:
    """What the checks did over all runs: facts' names and codes by check id, causes by their ids."""

    reads: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    codes: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    causes: set[str] = field(default_factory=set)
    silent_skips: list[str] = field(default_factory=list)

    def checks(self) -> tuple[AnyCheck, ...]:
        """Give every check as one that tells here what it does."""
        return tuple(self.watch(check) for check in every_check() if isinstance(check, Check))

    def watch(self, check: Check[Observation]) -> Check[Observation]:
        """Give the same check, which tells here what it does."""

        async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Observation]:
            looks = check.observe(ctx, facts)
            try:
                async for look in looks:
                    yield look
            finally:
                self.reads[check.id] |= {fact.__name__ for fact in facts.read}
                if isinstance(looks, AsyncGenerator):
                    await looks.aclose()

        def diagnose(look: Observation) -> Iterator[Finding]:
            for finding in check.diagnose(look):
                self._note(check, finding)
                yield finding

        return replace(check, observe=observe, diagnose=diagnose)

    def _note(self, check: AnyCheck, finding: Finding) -> None:
        if code := code_of(finding, Platform.ANY):
            self.codes[check.id].add(code)
        if isinstance(finding, Failed | Warned):
            self.causes.add(finding.cause.id)

    async def run(self, order: Order) -> Report:
        """Run an order of watched checks."""
        report = await execute(order)
        self.silent_skips += [
            f"{result.id} of {report.headline}"
            for result in report.checks
            if result.status in {"skip", "inconclusive"} and not result.summary.removeprefix("skipped: ")
        ]
        return report

    def add(self, other: "Seen") -> None:
        """Take in what was seen elsewhere."""
        for check_id, facts in other.reads.items():
            self.reads[check_id] |= facts
        for check_id, codes in other.codes.items():
            self.codes[check_id] |= codes
        self.causes |= other.causes
        self.silent_skips += other.silent_skips
