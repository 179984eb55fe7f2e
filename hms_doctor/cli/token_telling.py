"""From a given token to what is printed about it, alone or one of many."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.inputs import STDIN, given_token, open_file, read_stdin, token_lines
from hms_doctor.cli.options import FailOn
from hms_doctor.cli.token_report import Question, report_on
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.clean import clean_report
from hms_doctor.model.finding import Status
from hms_doctor.model.report import Environment, Report
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import AppSecret, Expectations
from hms_doctor.model.token import TokenText
from hms_doctor.model.vantage import Seat
from hms_doctor.platforms.seat import this_seat
from hms_doctor.platforms.system import os_name, python_name
from hms_doctor.reporters.style import Style, Verbosity, style_for


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked about a token; ``expected`` are room id, role and user id, empty where nothing was said."""

    expected: tuple[str, str, str]
    platform: Platform
    fail_on: FailOn
    as_json: bool
    quiet: bool
    secret: tuple[AppSecret, ...] = ()


def tell(token: str | None, token_file: str | None, wish: Wish, *, batch: bool) -> int:
    """Print a report about one token, or JSON Lines about many, and give the exit code. Raises UsageError."""
    if batch:
        return _tell_many(token, token_file, wish)
    given = given_token(token, token_file, os.environ)
    if token not in {None, STDIN}:
        _warn_of_argv()
    report = _cleaned(report_on(_question(wish), given), given, wish.secret)
    style = style_for(sys.stdout, os.environ, Verbosity.QUIET if wish.quiet else Verbosity.NORMAL)
    sys.stdout.write(_rendered(report, style, wish))
    return report.exit_code


def _warn_of_argv() -> None:
    sys.stderr.write(
        "hms-doctor: a token in argv is visible to everybody on this machine in the process list; "
        "--token-file F, - (stdin) or HMS_TOKEN are not\n"
    )


def _question(wish: Wish) -> Question:
    room_id, role, user_id = wish.expected
    seat = this_seat(os.environ)
    environment = Environment(os=os_name(), python=python_name(), platform=wish.platform, seat=seat, ci=seat is Seat.CI)
    return Question(
        environment=environment,
        platform=wish.platform,
        expected=Expectations(room_id=room_id, role=role, user_id=user_id),
        secret=wish.secret,
        fail_on=Status(wish.fail_on.value),
    )


def _cleaned(report: Report, given: Iterable[TokenText], secrets: Iterable[AppSecret]) -> Report:
    return clean_report(report, _secrets(given, secrets))


def _secrets(given: Iterable[TokenText], secrets: Iterable[AppSecret]) -> tuple[Secret, ...]:
    return (*(token.value for token in given), *(secret.value for secret in secrets))


def _rendered(report: Report, style: Style, wish: Wish) -> str:
    if wish.as_json:
        from hms_doctor.reporters import json

        return json.render(report, style)
    from hms_doctor.reporters import token_text

    return token_text.render(report, style)


def _tell_many(token: str | None, token_file: str | None, wish: Wish) -> int:
    from hms_doctor.cli.token_batch import tell_each

    if token not in {None, STDIN} or (token_file is None and token is None):
        raise UsageError("--batch wants --token-file F with one token a line, or - for stdin")
    unicode = style_for(sys.stdout, os.environ).unicode
    if STDIN in {token, token_file}:
        return tell_each(_question(wish), token_lines(read_stdin()), sys.stdout, unicode=unicode)
    with open_file(token_file or "", "--token-file") as stream:
        return tell_each(_question(wish), token_lines(stream), sys.stdout, unicode=unicode)
