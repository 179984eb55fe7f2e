"""What a token is held against when somebody asks: expectations, and the app secret."""

from collections.abc import Iterable

from hms_doctor.checks import token_expectations, token_signature
from hms_doctor.model.check import AnyCheck
from hms_doctor.model.finding import CheckResult, Finding, Ran, Skipped
from hms_doctor.model.settings import AppSecret, Expectations
from hms_doctor.model.token.facts import WellFormedToken


def further(
    expected: tuple[str, str, str], secrets: tuple[AppSecret, ...], read: list[WellFormedToken]
) -> Iterable[CheckResult]:
    """Compare and verify the token that was read, none where it has a fault of form."""
    if any(expected):
        room_id, role, user_id = expected
        wish = Expectations(room_id=room_id, role=role, user_id=user_id)
        yield _result(
            token_expectations.CHECK,
            [token_expectations.diagnose(token_expectations.compare(token.claims, wish)) for token in read],
        )
    for secret in secrets:
        yield _result(
            token_signature.CHECK,
            [token_signature.diagnose(token_signature.check_signature(token, secret)) for token in read],
        )


def _result(check: AnyCheck, found: list[Iterable[Finding]]) -> CheckResult:
    outcome = Ran(findings=tuple(found[0])) if found else Skipped(because="token.format")
    return CheckResult(id=check.id, title=check.title, outcome=outcome, needs=("token.format",))
