"""The commands: each one is there, helps itself with an example, and starts light."""

import re
import shlex
import subprocess
import sys

import pytest
import typer
from helpers_cli import here, plain_environment
from helpers_faults import ROOT
from typer.main import get_command

from hms_doctor import __version__
from hms_doctor.cli.app import app
from hms_doctor.cli.commands import COMMANDS, load

PROMISED = (
    "check", "demo", "simulate", "token decode", "token verify", "token create", "devices", "network", "explain",
    "codes", "list", "schema",
)  # fmt: skip
KEPT = ("browser", "lint", "report", "serve", "watch")
"""Names of later commands."""
HEAVY = {
    "aioice", "aiortc", "av", "bleak", "cryptography", "cv2", "dns", "h11", "httpcore", "httpx", "ifaddr", "jwt",
    "numpy", "rich", "sounddevice", "truststore", "websockets",
}  # fmt: skip
LINES = (
    "hms-doctor check --token-file t --room-id r --role x --user-id u --secret-file s --access-key k",
    "hms-doctor check --token - --endpoint URL --ca-file F --proxy system --timeout 20 --deep",
    "hms-doctor check --room-code C --auth-endpoint URL --only token --skip devices.camera --require init",
    "hms-doctor check --mint --room-id R --user-id U --role X",
    "hms-doctor check --ice-server turn:h --ice-server turns:h --ice-username u --ice-credential-file f",
    "hms-doctor check --platform react-native --format github --output junit=F --output json=F -v --share",
    "hms-doctor check --fail-on inconclusive -q",
    "hms-doctor check --join --deep",
    "hms-doctor demo 4004 --join",
    "hms-doctor demo 40102 --platform web",
    "hms-doctor demo --list",
    "hms-doctor simulate 40102 --port 0 --ready-file F",
    "hms-doctor token decode --token-file F --batch",
    "hms-doctor token verify T",
    "hms-doctor token create --room-id R --user-id U --role X --valid-for 24h",
    "hms-doctor devices --format json",
    "hms-doctor network --endpoint URL --ice-server URL --ice-username u --ice-credential p",
    "hms-doctor network --firewall-request --format csv",
    "hms-doctor explain 4005 4006",
    "hms-doctor codes --platform web --search TEXT",
    "hms-doctor list --format json",
    "hms-doctor schema",
)


def every_command() -> set[str]:
    """Give what the command line takes, groups told by their commands."""
    found: set[str] = set()
    for name, entry in COMMANDS.items():
        commands = getattr(load(entry, name), "commands", {})
        found |= {f"{name} {each}" for each in commands} or {name}
    return found


def parsed(line: str) -> None:
    """Let click read a command line down to its last option, and run nothing. Raises what a wrong one raises."""
    command, words = get_command(app), shlex.split(line)[1:]
    context = command.make_context("hms-doctor", words)
    while subcommands := [*context._protected_args, *context.args]:
        name, command, rest = context.command.resolve_command(context, subcommands)  # type: ignore[attr-defined]
        context = command.make_context(name, rest, parent=context)
        if not hasattr(command, "resolve_command"):
            break


def test_the_commands_are_those_that_were_promised() -> None:
    assert every_command() == set(PROMISED)


@pytest.mark.parametrize("command", PROMISED)
def test_help_fits_a_terminal_and_ends_in_an_example(command: str) -> None:
    done = here(*command.split(), "--help")
    assert (done.code, done.err) == (0, "")
    text, _, examples = done.out.partition("\n  Example")
    assert max(map(len, text.splitlines())) <= 80
    assert f"\n    {'' if 'token' in command else 'hms-doctor'}" in examples
    for line in re.findall(r"hms-doctor .*", examples):
        assert line.startswith(f"hms-doctor {command.split(maxsplit=1)[0]}")
        parsed(line.split(" > ")[0])
    assert here(*command.split(), "-h") == done


@pytest.mark.parametrize("line", LINES)
def test_every_promised_flag_is_there(line: str) -> None:
    parsed(line)


def test_a_flag_that_is_not_there_does_not_parse() -> None:
    with pytest.raises(Exception, match="--no-such-flag"):
        parsed("hms-doctor check --no-such-flag")


def test_the_commands_of_the_readme_parse() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    shown = {found[1] for found in re.finditer(r"`(?:\w+=… )?(hms-doctor [a-z-]+[^`]*)`", text)}
    lines = [line for line in shown if "COMMAND" not in line and "-completion" not in line]
    assert len(lines) >= 12
    for line in lines:
        parsed(line)


def test_without_a_command_the_help_comes_and_counts_as_a_mistake() -> None:
    done = here()
    assert (done.code, done.err) == (2, "")
    assert done.out == here("--help").out
    assert all(f"\n  {name}" in done.out for name in COMMANDS)
    assert "..." not in done.out.partition("Commands:")[2]


def test_a_group_without_a_command_shows_its_commands() -> None:
    done = here("token")
    assert done.code == 2
    assert all(f"\n  {word}" in done.out for word in ("decode", "verify", "create"))
    assert "..." not in done.out.partition("Commands:")[2]
    assert "completion" not in done.out


def test_version() -> None:
    done = here("--version")
    assert (done.code, done.out, done.err) == (0, f"hms-doctor {__version__}\n", "")


@pytest.mark.parametrize("name", KEPT)
def test_the_names_of_later_commands_are_free(name: str) -> None:
    done = here(name)
    assert (done.code, done.out) == (2, "")
    assert name in done.err


def test_an_unknown_command_names_the_nearest() -> None:
    assert "network" in here("netwrok").err


def test_completion_can_be_installed() -> None:
    assert "--install-completion" in here("--help").out


@pytest.mark.parametrize(
    "words",
    [
        ("--version",), ("--help",), ("check", "--help"), ("token", "decode", "a.b.c"), ("list",), ("schema",),
        ("explain", "4005"), ("codes",), ("demo", "--list"), ("check", "--format", "yaml"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_looks_at_nothing_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    script = (
        "import sys\n"
        "from hms_doctor.cli.app import run\n"
        f"sys.argv = ['hms-doctor', *{list(words)!r}]\n"
        "run()\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        (sys.executable, "-c", script), cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "hms_doctor" in loaded
    assert not loaded & HEAVY


def test_the_app_knows_no_rich_help() -> None:
    assert isinstance(app, typer.Typer)
    assert app.rich_markup_mode is None
