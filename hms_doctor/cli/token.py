"""``hms-doctor token``: decode, verify and create tokens, offline."""

import gc
import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeAlias

import typer

from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.options import (
    AccessKeyOption,
    FailOn,
    FailOnOption,
    PlatformOption,
    QuietOption,
    RoleOption,
    RoomIdOption,
    SecretFileOption,
    TokenFileOption,
    UserIdOption,
)
from hms_doctor.cli.texts import example
from hms_doctor.model.causes.cause import Platform

if TYPE_CHECKING:
    from hms_doctor.cli.token_report import Question
    from hms_doctor.model.settings import AppSecret

    Secrets = tuple[AppSecret, ...]

token_app = typer.Typer(
    help="Decode, verify and create tokens, offline.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)


class Format(StrEnum):
    """How a decoded token is told."""

    TABLE = "table"
    JSON = "json"


TokenArgument = Annotated[
    str | None,
    typer.Argument(metavar="[TOKEN]", help="The token, or - for stdin; argv is visible to others. Else HMS_TOKEN."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="For people, or the JSON report.")]
BatchOption = Annotated[
    bool, typer.Option("--batch", help="The file holds a token a line; prints JSON Lines, one report a token.")
]
ValidForOption = Annotated[
    str, typer.Option("--valid-for", metavar="DURATION", help="How long it is good for: 10m, 24h, 7d.")
]


@token_app.command(
    short_help="Show a token's header, claims and faults.",
    epilog=example("hms-doctor token decode --token-file token.jwt", "pbpaste | hms-doctor token decode -"),
)
def decode(
    token: TokenArgument = None,
    *,
    token_file: TokenFileOption = None,
    batch: BatchOption = False,
    room_id: RoomIdOption = None,
    user_id: UserIdOption = None,
    role: RoleOption = None,
    platform: PlatformOption = Platform.ANY,
    output_format: FormatOption = Format.TABLE,
    quiet: QuietOption = False,
    fail_on: FailOnOption = FailOn.FAIL,
) -> None:
    """Show a token's header and claims with their meaning, and what is wrong with it."""
    asked = Asked(token=token, file=token_file, batch=batch, quiet=quiet, as_json=output_format is Format.JSON)
    raise typer.Exit(_told(asked, (room_id, role, user_id), platform, fail_on, ()))


@token_app.command(
    short_help="Decode, and check the signature.",
    epilog=example("HMS_APP_SECRET=… hms-doctor token verify --token-file token.jwt"),
)
def verify(
    token: TokenArgument = None,
    *,
    token_file: TokenFileOption = None,
    secret_file: SecretFileOption = None,
    batch: BatchOption = False,
    room_id: RoomIdOption = None,
    user_id: UserIdOption = None,
    role: RoleOption = None,
    platform: PlatformOption = Platform.ANY,
    output_format: FormatOption = Format.TABLE,
    quiet: QuietOption = False,
    fail_on: FailOnOption = FailOn.FAIL,
) -> None:
    """Decode a token and check its HS256 signature with the app secret."""
    from hms_doctor.cli.inputs import given_secret

    secret = given_secret(secret_file, os.environ)
    if not secret:
        raise UsageError("token verify needs the app secret: give --secret-file F or set HMS_APP_SECRET")
    asked = Asked(token=token, file=token_file, batch=batch, quiet=quiet, as_json=output_format is Format.JSON)
    raise typer.Exit(_told(asked, (room_id, role, user_id), platform, fail_on, secret))


Expected: TypeAlias = tuple[str | None, str | None, str | None]
"""Room id, role and user id."""


class Asked(NamedTuple):
    """Which token, and how to tell about it."""

    token: str | None
    file: str | None
    batch: bool
    quiet: bool
    as_json: bool


def _told(asked: Asked, expected: Expected, platform: Platform, fail_on: FailOn, secret: "Secrets") -> int:
    gc.disable()  # looking for garbage while modules load takes a tenth of the time, and one token leaves little
    try:
        question = _question(expected, platform, fail_on, secret)
        if not asked.batch:
            from hms_doctor.cli.token_telling import tell

            return tell(asked.token, asked.file, question, as_json=asked.as_json, quiet=asked.quiet)
    finally:
        gc.enable()
    from hms_doctor.cli.token_telling import tell_many

    return tell_many(asked.token, asked.file, question)


def _question(expected: Expected, platform: Platform, fail_on: FailOn, secret: "Secrets") -> "Question":
    from hms_doctor.cli.token_report import Question
    from hms_doctor.cli.token_telling import here
    from hms_doctor.model.finding import Status

    room_id, role, user_id = expected
    return Question(
        environment=here(platform),
        platform=platform,
        expected=(room_id or "", role or "", user_id or ""),
        secret=secret,
        fail_on=Status(fail_on.value),
    )


@token_app.command(
    short_help="Make an auth token.",
    epilog=example(
        "HMS_ACCESS_KEY=… HMS_APP_SECRET=… hms-doctor token create --room-id R --user-id U --role host --valid-for 24h"
    ),
)
def create(
    *,
    room_id: RoomIdOption = None,
    user_id: UserIdOption = None,
    role: RoleOption = None,
    valid_for: ValidForOption = "24h",
    access_key: AccessKeyOption = None,
    secret_file: SecretFileOption = None,
) -> None:
    """Make an auth token from access key and secret; stdout carries the token and nothing else."""
    from hms_doctor.cli.stdout import say
    from hms_doctor.cli.token_making import make

    say(make((room_id, user_id, role), valid_for, access_key, secret_file).reveal() + "\n")
