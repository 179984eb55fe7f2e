"""Making an auth token from what the command line gives."""

import os
import sys
import time
from typing import Final

from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.inputs import given_secret
from hms_doctor.model.finding import Failed, Warned
from hms_doctor.model.report.clean import plain
from hms_doctor.model.secret import Secret
from hms_doctor.model.times import DAY, BadDurationError, parse_duration
from hms_doctor.model.token import lint as token_lint
from hms_doctor.model.token.reading import read_sound
from hms_doctor.wire.jws import Wish, claims_for, mint

LONGEST: Final = 3650 * DAY


def make(
    who: tuple[str | None, str | None, str | None], valid_for: str, access_key: str | None, secret_file: str | None
) -> Secret:
    """Make a token for room id, user id and role. Raises UsageError that names everything that is missing."""
    room_id, user_id, role = who
    secrets = given_secret(secret_file, os.environ)
    needed = {
        "--room-id": room_id,
        "--user-id": user_id,
        "--role": role,
        "--access-key (or HMS_ACCESS_KEY)": access_key,
        "--secret-file (or HMS_APP_SECRET)": secrets,
    }
    missing = [flag for flag, value in needed.items() if not value]
    if missing:
        raise UsageError(f"token create also needs {', '.join(missing)}")
    wish = Wish(
        access_key=access_key or "",
        room_id=room_id or "",
        user_id=user_id or "",
        role=role or "",
        valid_for=_seconds(valid_for),
    )
    try:
        made = mint(claims_for(wish, time.time()), secrets[0].value)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    _warn(made)
    return made


def _seconds(valid_for: str) -> int:
    try:
        seconds = parse_duration(valid_for)
    except BadDurationError as error:
        raise UsageError(f"--valid-for: {error}") from None
    if seconds > LONGEST:
        raise UsageError("--valid-for: a token for more than ten years is no protection; write it as 10m, 24h, 7d")
    return seconds


def _warn(made: Secret) -> None:
    """Say on stderr what looks odd; the token is made all the same, for somebody may want to test just that."""
    read = read_sound(made.reveal())
    if not read:
        raise UsageError("--room-id, --user-id, --role or --access-key is no text: write it as UTF-8")
    for finding in token_lint.diagnose(read[0]):
        if isinstance(finding, Failed | Warned):
            sys.stderr.write(f"hms-doctor: {plain(finding.summary)}\n")
