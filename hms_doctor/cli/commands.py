"""The commands by name, each loaded when it is asked for: `--version` need not know the options of `check`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Protocol

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.texts import example
from hms_doctor.model.quick_dataclass import dataclass

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Where a command is, and what is told of it before it is loaded."""

    module: str
    name: str  # of the function, or of the Typer app of a group of commands
    summary: str  # fits the list of commands in 80 columns
    examples: tuple[str, ...] = ()


COMMANDS: Mapping[str, Entry] = {
    "check": Entry(
        module="check",
        name="check",
        summary="Find out why a user cannot join.",
        examples=(
            "check --token-file token.jwt",
            "check --token-file token.jwt --join",
            "check --room-code abc-defg-hij --format json",
        ),
    ),
    "demo": Entry(
        module="demo",
        name="demo",
        summary="See any diagnosis against a simulator.",
        examples=("demo", "demo 40102", "demo --join", "demo turn-quota -v", "demo --list"),
    ),
    "simulate": Entry(
        module="simulate",
        name="simulate",
        summary="Run a local 100ms backend with a fault.",
        examples=("simulate", "simulate 40102 --ready-file sim.json", "simulate ws-drop --after join+5s --for 20s"),
    ),
    "token": Entry(module="token", name="token_app", summary="Decode, verify or create an auth token."),
    "devices": Entry(
        module="devices",
        name="devices",
        summary="Show camera, microphone, speaker, Bluetooth.",
        examples=(
            "devices",
            "devices --test --camera Logitech",
            "devices --watch",
            "devices --only devices.camera --format json",
        ),
    ),
    "network": Entry(
        module="network",
        name="network",
        summary="Test everything that needs no token.",
        examples=("network", "network --firewall-request --format csv"),
    ),
    "explain": Entry(
        module="explain",
        name="explain",
        summary="Explain an HMS code, or find one by text.",
        examples=("explain 4005", "explain 3012 --platform flutter", 'explain "account disabled"'),
    ),
    "codes": Entry(
        module="codes",
        name="codes",
        summary="List the HMS codes.",
        examples=("codes --platform web", "codes --search bluetooth"),
    ),
    "list": Entry(
        module="listing", name="list_checks", summary="List the checks.", examples=("list", "list --format json")
    ),
    "schema": Entry(
        module="schema",
        name="schema",
        summary="Print the JSON Schema of the report.",
        examples=("schema > report.schema.json",),
    ),
}


class _Formatter(Protocol):
    """What click's help formatter does, as far as it is used here."""

    def section(self, name: str) -> AbstractContextManager[None]: ...

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None: ...


class LazyGroup(TyperGroup):
    """A group whose commands are loaded one by one, and described without being loaded."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 - click's signature
        """Give the names, in the order in which people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup:  # noqa: ARG002
        """Load one command. Raises UsageError that names the nearest where there is none."""
        if cmd_name not in COMMANDS:
            raise UsageError(f"there is no command {cmd_name!r}; {_nearest(cmd_name)}")
        loaded = load(COMMANDS[cmd_name], cmd_name)
        if not isinstance(loaded, TyperCommand | TyperGroup):
            raise TypeError(loaded)
        return loaded

    def format_commands(self, ctx: object, formatter: _Formatter) -> None:  # noqa: ARG002
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, n=2, cutoff=0.4)
    return f"the nearest: {', '.join(near)}" if near else f"choose from {', '.join(COMMANDS)}"


def load(entry: Entry, name: str) -> object:
    """Build the click command of an entry."""
    found = getattr(import_module(f"hms_doctor.cli.{entry.module}"), entry.name)
    if isinstance(found, typer.Typer):
        return get_command(found)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=HELP_OPTIONS)
    alone.command(name, epilog=example(*(f"hms-doctor {line}" for line in entry.examples)))(found)
    return get_command(alone)
