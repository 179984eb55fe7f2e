"""What one run said, as the tests of the lab ask for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """What one run said: the report, and how long it took by its own clock."""

    exit: int
    report: Mapping[str, object]

    def __str__(self) -> str:
        return json.dumps({name: self.report[name] for name in ("headline", "root_cause", "other_causes")}, indent=1)

    @property
    def root(self) -> Mapping[str, object]:
        root = self.report["root_cause"]
        assert isinstance(root, dict), self.report["headline"]
        return root

    @property
    def short(self) -> tuple[object, ...]:
        """Cause, check, code, status, confidence and who must act."""
        return tuple(self.root[name] for name in ("cause", "check", "code", "status", "confidence", "for"))

    @property
    def headline(self) -> str:
        return str(self.report["headline"])

    @property
    def action(self) -> str:
        return str(self.root["action"])

    @property
    def reasons(self) -> str:
        reasons = self.root["evidence"]
        assert isinstance(reasons, list)
        return "\n".join(reasons)

    @property
    def beside(self) -> list[str]:
        """The other causes."""
        return [str(cause["cause"]) for cause in self._listed("other_causes")]

    @property
    def follows(self) -> set[str]:
        """Checks whose troubles are told as consequences."""
        return {str(consequence["check"]) for consequence in self._listed("consequences")}

    @property
    def seconds(self) -> float:
        took = self.report["duration_ms"]
        assert isinstance(took, float)
        return took / 1000

    def status(self, check: str) -> str:
        return next(str(told["status"]) for told in self._listed("checks") if told["id"] == check)

    def red(self) -> set[str]:
        return {str(told["id"]) for told in self._listed("checks") if told["status"] == "fail"}

    def _listed(self, name: str) -> list[dict[str, object]]:
        listed = self.report[name]
        assert isinstance(listed, list)
        return listed
