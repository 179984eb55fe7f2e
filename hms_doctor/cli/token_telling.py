"""From a given token to what is printed about it, alone or one of many."""

import os
import sys

from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.inputs import STDIN, given_token, open_file, read_stdin, token_lines
from hms_doctor.cli.stdout import say
from hms_doctor.cli.token_plain import cleaned
from hms_doctor.cli.token_report import Question, report_on
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.report.report import Environment, Report
from hms_doctor.model.vantage import Seat
from hms_doctor.platforms.seat import this_seat
from hms_doctor.platforms.system import os_name, python_name
from hms_doctor.reporters.style import Verbosity, style_for


def here(platform: Platform) -> Environment:
    """Describe this machine; nothing is asked of any network."""
    seat = this_seat(os.environ)
    return Environment(os=os_name(), python=python_name(), platform=platform, seat=seat, ci=seat is Seat.CI)


def tell(token: str | None, token_file: str | None, question: Question, *, as_json: bool, quiet: bool) -> int:
    """Print a report about one token and give the exit code. Raises UsageError."""
    given = given_token(token, token_file, os.environ)
    if token not in {None, STDIN}:
        sys.stderr.write(
            "hms-doctor: a token in argv is visible to everybody on this machine in the process list; "
            "--token-file F, - (stdin) or HMS_TOKEN are not\n"
        )
    report = cleaned(report_on(question, given), (each.value for each in given), question.secrets)
    say(_rendered(report, as_json=as_json, quiet=quiet))
    return report.exit_code


def _rendered(report: Report, *, as_json: bool, quiet: bool) -> str:
    style = style_for(sys.stdout, os.environ, Verbosity.QUIET if quiet else Verbosity.NORMAL)
    if as_json:
        from hms_doctor.reporters import json

        return json.render(report, style)
    from hms_doctor.reporters import token_text

    return token_text.render(report, style)


def tell_many(token: str | None, token_file: str | None, question: Question) -> int:
    """Print JSON Lines about the tokens of a file or of stdin, and give the worst exit code. Raises UsageError."""
    from hms_doctor.cli.token_batch import tell_each

    if token not in {None, STDIN} or (token_file is None and token is None):
        raise UsageError("--batch wants --token-file F with one token a line, or - for stdin")
    unicode = style_for(sys.stdout, os.environ).unicode
    if STDIN in {token, token_file}:
        return tell_each(question, token_lines(read_stdin()), sys.stdout, unicode=unicode)
    with open_file(token_file or "", "--token-file") as stream:
        return tell_each(question, token_lines(stream), sys.stdout, unicode=unicode)
