"""``hms-doctor explain``: what a code means, or which codes and causes fit a text."""

from enum import StrEnum
from typing import Annotated

import typer

from hms_doctor.cli.completing import hms_codes
from hms_doctor.cli.options import PlatformOption
from hms_doctor.model.causes.cause import Platform


class ExplainFormat(StrEnum):
    """For people or for programs."""

    TABLE = "table"
    JSON = "json"


def explain(
    what: Annotated[
        list[str],
        typer.Argument(metavar="CODE…|TEXT", help="Codes, or words of an error or symptom.", autocompletion=hms_codes),
    ],
    platform: PlatformOption = Platform.ANY,
    output_format: Annotated[ExplainFormat, typer.Option("--format", help="What stdout carries.")] = (
        ExplainFormat.TABLE
    ),
) -> int:
    """Explain HMS codes: what each means, what to do, what an app sees; or find the code for an error's text."""
    from hms_doctor.cli import explaining

    around = explaining.look_around()
    codes = all(word.isdecimal() for word in what)
    if codes:
        found = explaining.explain_codes(what, platform, around)
    else:
        found = explaining.explain_text(" ".join(what), platform, around)
    match output_format:
        case ExplainFormat.JSON:
            explaining.tell_json(found)
        case ExplainFormat.TABLE:
            explaining.tell(found, platform, searched=not codes)
    return 0
