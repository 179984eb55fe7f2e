"""``hms-doctor list``: the checks."""

from typing import Annotated

import typer


def list_checks(
    output_format: Annotated[str, typer.Option("--format", metavar="NAME", help="table or json.")] = "table",
) -> int:
    """Show the checks: id, what it asks, the codes it can give, what it needs."""
    from hms_doctor.checks import every_check
    from hms_doctor.cli.errors import UsageError
    from hms_doctor.cli.output import stdout_style
    from hms_doctor.cli.stdout import say
    from hms_doctor.reporters.check_list import render_json, render_table

    checks = every_check()
    makers = {
        check.id: {maker.id: None for maker in checks if set(check.needs) & set(maker.yields)} for check in checks
    }
    rows = [(check, tuple(makers[check.id])) for check in checks]
    match output_format:
        case "json":
            say(render_json(rows))
        case "table":
            say(render_table(rows, stdout_style()))
        case _:
            raise UsageError(f"list comes as table or json, not as {output_format!r}")
    return 0
