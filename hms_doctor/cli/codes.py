"""``hms-doctor codes``: the whole catalogue, or the part of it that a platform knows or a text fits."""

from enum import StrEnum
from typing import Annotated

import typer

from hms_doctor.cli.options import PlatformOption
from hms_doctor.model.causes.cause import Platform


class CodesFormat(StrEnum):
    """For people, programs or pages."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


def codes(
    platform: PlatformOption = Platform.ANY,
    text: Annotated[str, typer.Option("--search", metavar="TEXT", help="Only what fits, the best first.")] = "",
    output_format: Annotated[CodesFormat, typer.Option("--format", help="What stdout carries.")] = CodesFormat.TABLE,
) -> int:
    """List the HMS codes: every number that 100ms's SDKs, servers and wrappers give, and what it means where."""
    from hms_doctor.cli import explaining

    found = explaining.catalogue(text, platform, explaining.look_around())
    match output_format:
        case CodesFormat.JSON:
            explaining.tell_json(found)
        case CodesFormat.MARKDOWN:
            explaining.tell_markdown(found)
        case CodesFormat.TABLE:
            explaining.tell_table(found)
    return 0
