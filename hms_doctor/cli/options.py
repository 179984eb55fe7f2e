"""The options that several commands share, each described once."""

from enum import StrEnum
from typing import Annotated, TypeAlias

import typer

from hms_doctor.cli.completing import check_ids, formats
from hms_doctor.model.causes.cause import Platform


class FailOn(StrEnum):
    """From which status on a run exits with 1."""

    FAIL = "fail"
    WARN = "warn"
    INCONCLUSIVE = "inconclusive"


TokenOption: TypeAlias = Annotated[
    str | None, typer.Option("--token", metavar="T", help="The auth token, or - for stdin; argv is visible to others.")
]
TokenFileOption: TypeAlias = Annotated[
    str | None, typer.Option("--token-file", metavar="F", help="Read the auth token from a file (else HMS_TOKEN).")
]
RoomCodeOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--room-code", metavar="C", help="Get the token for a room code, abc-defg-hij (else HMS_ROOM_CODE)."),
]
AuthEndpointOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--auth-endpoint", metavar="URL", help="Where room codes are exchanged.", envvar="HMS_AUTH_ENDPOINT"),
]
MintOption: TypeAlias = Annotated[
    bool,
    typer.Option("--mint", help="Make a token for this run (needs --room-id --user-id --role, access key, secret)."),
]
RoomIdOption: TypeAlias = Annotated[
    str | None, typer.Option("--room-id", metavar="R", help="The room that the token should be for.")
]
UserIdOption: TypeAlias = Annotated[
    str | None, typer.Option("--user-id", metavar="U", help="The user that the token should be for.")
]
RoleOption: TypeAlias = Annotated[
    str | None, typer.Option("--role", metavar="X", help="The role that the token should give.")
]
SecretFileOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--secret-file", metavar="F", help="Read the app secret from a file (else HMS_APP_SECRET)."),
]
AccessKeyOption: TypeAlias = Annotated[
    str | None, typer.Option("--access-key", metavar="K", help="The app's access key.", envvar="HMS_ACCESS_KEY")
]
EndpointOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--endpoint", metavar="URL", help="The init endpoint (production by default).", envvar="HMS_INIT_ENDPOINT"
    ),
]
IceServerOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--ice-server", metavar="URL", help="turn:, turns: or stun: URL instead of init's (repeatable)."),
]
IceUsernameOption: TypeAlias = Annotated[
    str | None, typer.Option("--ice-username", metavar="U", help="The login for --ice-server.")
]
IceCredentialOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--ice-credential", metavar="P", help="Its password; argv is visible (else HMS_ICE_CREDENTIAL)."),
]
IceCredentialFileOption: TypeAlias = Annotated[
    str | None, typer.Option("--ice-credential-file", metavar="F", help="Read that password from a file.")
]
OnlyOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="ID", help="Run this check or group and what it needs (repeatable).", autocompletion=check_ids
    ),
]
SkipOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--skip", metavar="ID", help="Leave out a check or group (repeatable).", autocompletion=check_ids),
]
RequireOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--require", metavar="ID", help="A check that must be decided (repeatable).", autocompletion=check_ids
    ),
]
PlatformOption: TypeAlias = Annotated[
    Platform, typer.Option("--platform", help="Whose codes: 100ms's pages (any) or one SDK's.", envvar="HMS_PLATFORM")
]
CaFileOption: TypeAlias = Annotated[
    str | None, typer.Option("--ca-file", metavar="F", help="Trust the certificates of this PEM file alone.")
]
ProxyOption: TypeAlias = Annotated[
    str | None, typer.Option("--proxy", metavar="URL", help="A proxy, `system` (the environment's, default) or `none`.")
]
TimeoutOption: TypeAlias = Annotated[
    float | None,
    typer.Option("--timeout", metavar="SECONDS", help="For the whole run [30].", envvar="HMS_DOCTOR_TIMEOUT"),
]
JoinOption: TypeAlias = Annotated[
    bool,
    typer.Option("--join", help="Join the room too: others see a peer named hms-doctor, which leaves at the end."),
]
DeepOption: TypeAlias = Annotated[bool, typer.Option("--deep", help="Look longer and closer.")]
CameraOption: TypeAlias = Annotated[
    str | None, typer.Option("--camera", metavar="NAME", help="The camera to use: a part of its name, or its node.")
]
MicrophoneOption: TypeAlias = Annotated[
    str | None, typer.Option("--microphone", metavar="NAME", help="The microphone to use, in the same way.")
]
FormatOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--format", metavar="NAME", help="table, json, junit, github or markdown, on stdout.", autocompletion=formats
    ),
]
OutputOption: TypeAlias = Annotated[
    list[str] | None, typer.Option("--output", metavar="NAME=FILE", help="Another format into a file (repeatable).")
]
VerboseOption: TypeAlias = Annotated[bool, typer.Option("--verbose", "-v", help="Add evidence and timings.")]
QuietOption: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Print the first line only.")]
ShareOption: TypeAlias = Annotated[
    bool, typer.Option("--share", help="Leave out addresses, device, host and user names.")
]
FailOnOption: TypeAlias = Annotated[FailOn, typer.Option("--fail-on", help="From which status on to exit with 1.")]
