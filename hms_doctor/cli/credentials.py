"""Who wants to join, and through which relays: the facts that a run begins with."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import field

from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.inputs import given_secret, given_token, read_file
from hms_doctor.cli.running import warn
from hms_doctor.model.ice.servers import IceServer, IceServers
from hms_doctor.model.ice.urls import NotAnIceUrl, parse_ice_url
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import AppSecret, Expectations, RoomCode
from hms_doctor.model.token.facts import TokenText

MINTED_FOR = 600
"""Seconds that a token made for one run is good for: longer than any run, useless soon after."""
VISIBLE = "visible to everybody on this machine in the process list"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Flags that say who wants to join."""

    token: str | None = None
    token_file: str | None = None
    room_code: str | None = None
    mint: bool = False
    expected: Expectations = field(default_factory=Expectations)
    secret_file: str | None = None
    access_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class IceFlags:
    """Flags that name ICE servers in place of init's."""

    urls: tuple[str, ...] = ()
    username: str | None = None
    credential: str | None = None
    credential_file: str | None = None


def token_seeds(flags: Credentials, environ: Mapping[str, str]) -> tuple[object, ...]:
    """Give the token (or what it is made from), the app secret and the expectations, as far as they were given.

    What a flag says goes before the environment. Raises UsageError for two flags that name a token at once and for
    what cannot be read.
    """
    secrets = given_secret(flags.secret_file, environ)
    if flags.mint:
        return (_minted(flags, secrets), *secrets)
    expected = (flags.expected,) if flags.expected != Expectations() else ()
    return (*_token(flags, environ), *secrets, *expected)


def _token(flags: Credentials, environ: Mapping[str, str]) -> tuple[TokenText | RoomCode, ...]:
    if flags.room_code is not None:
        if flags.token is not None or flags.token_file is not None:
            raise UsageError("a token and a room code contradict each other: give one of them")
        return (RoomCode(value=Secret(flags.room_code)),)
    tokens = given_token(flags.token, flags.token_file, environ)
    if flags.token not in {None, "", "-"}:
        warn(f"a token in --token is {VISIBLE}; --token-file F, --token - or HMS_TOKEN are not")
    room_code = environ.get("HMS_ROOM_CODE", "")
    return (RoomCode(value=Secret(room_code)),) if room_code and not tokens else tokens


def _minted(flags: Credentials, secrets: tuple[AppSecret, ...]) -> TokenText:
    from hms_doctor.wire.jws import Wish, claims_for, mint

    if not {flags.token, flags.token_file, flags.room_code} <= {None}:
        raise UsageError("--mint makes the token of this run: leave out --token, --token-file and --room-code")
    missing = list(_missing_for_mint(flags, secrets))
    if missing:
        raise UsageError(f"--mint also needs {', '.join(missing)}")
    wish = Wish(
        access_key=flags.access_key or "",
        room_id=flags.expected.room_id,
        user_id=flags.expected.user_id,
        role=flags.expected.role,
        valid_for=MINTED_FOR,
    )
    try:
        return TokenText(value=mint(claims_for(wish, time.time()), secrets[0].value), origin="minted for this run")
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def _missing_for_mint(flags: Credentials, secrets: tuple[AppSecret, ...]) -> Iterator[str]:
    for value, flag in (
        (flags.expected.room_id, "--room-id"),
        (flags.expected.user_id, "--user-id"),
        (flags.expected.role, "--role"),
        (flags.access_key, "--access-key or HMS_ACCESS_KEY"),
        (secrets, "--secret-file or HMS_APP_SECRET"),
    ):
        if not value:
            yield flag


def ice_seeds(flags: IceFlags, environ: Mapping[str, str]) -> tuple[object, ...]:
    """Give the ICE servers that were named on the command line, if any.

    Raises UsageError for a URL that no browser would take and for a login without a server.
    """
    if not flags.urls:
        if flags.username or flags.credential or flags.credential_file:
            raise UsageError("--ice-username and --ice-credential belong to --ice-server URL: name one")
        return ()
    for url in flags.urls:
        parsed = parse_ice_url(url)
        if isinstance(parsed, NotAnIceUrl):
            raise UsageError(f"--ice-server {url}: {parsed.why}")
    server = IceServer(urls=flags.urls, username=flags.username or "", credential=_ice_credential(flags, environ))
    return (IceServers(servers=(server,), origin="the command line"),)


def _ice_credential(flags: IceFlags, environ: Mapping[str, str]) -> Secret:
    if flags.credential and flags.credential_file:
        raise UsageError("--ice-credential and --ice-credential-file contradict each other: give one of them")
    if flags.credential_file:
        return Secret(read_file(flags.credential_file, "--ice-credential-file").rstrip("\r\n"))
    if flags.credential:
        warn(f"a password in --ice-credential is {VISIBLE}; --ice-credential-file F or HMS_ICE_CREDENTIAL are not")
        return Secret(flags.credential)
    return Secret(environ.get("HMS_ICE_CREDENTIAL", ""))
