"""The commands, put together; what goes wrong with them becomes one line and exit code 2."""

from typing import Annotated

import typer

from hms_doctor import __version__
from hms_doctor.cli.commands import HELP_OPTIONS, LazyGroup
from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.stdout import hush, prepare, say
from hms_doctor.cli.texts import example

WrongUsage: type[typer.BadParameter] = next(
    base for base in typer.BadParameter.__mro__ if base.__name__ == "UsageError"
)
"""What typer raises for a wrong flag: click's class, or that of the copy of click that newer typers carry inside."""

app = typer.Typer(
    name="hms-doctor",
    cls=LazyGroup,
    help="Find out why a 100ms (HMS) call will not work: one root cause, one code, one action.",
    epilog=example("hms-doctor check --token-file token.jwt", "hms-doctor demo 40102", "hms-doctor explain 4005"),
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=HELP_OPTIONS,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hms-doctor {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    ctx: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit(2)


def run() -> int:
    """Run one command line and give its exit code; nothing but a bug of ours leaves a traceback."""
    prepare()
    try:
        code = app(standalone_mode=False, prog_name="hms-doctor")
        say("")
    except UsageError as wrong:
        return _usage(str(wrong))
    except WrongUsage as wrong:
        if type(wrong).__name__ == "NoArgsIsHelpError":  # click's way of saying: a group without a command
            say(f"{wrong.format_message()}\n")
            return 2
        return _usage(_mended(wrong))
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:  # the reader has seen enough (`| head`): not our failure
        hush()
        return 0
    return code if isinstance(code, int) else 0


def _mended(wrong: typer.BadParameter) -> str:
    if getattr(wrong, "option_name", "") == "--join":
        return "only `check` and `demo` join a room: leave out --join"
    where = wrong.ctx.command_path if wrong.ctx else "hms-doctor"
    return f"{wrong.format_message().rstrip('.')} (`{where} --help` shows how)"


def _usage(sentence: str) -> int:
    from hms_doctor.model.report.clean import plain

    typer.echo(f"hms-doctor: {plain(' '.join(sentence.split()))}", err=True)
    return 2
