"""The service that gives a token for a room code (hms-video-store: sdk, getAuthTokenByRoomCode)."""

import json
from datetime import UTC, datetime
from typing import Final

from hms_doctor.model.json import JsonValue
from hms_doctor.simulator.account import LIFETIME, Account
from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.scenario import TokenScript
from hms_doctor.simulator.web import Request, error

TOKEN_PATH: Final = "/v2/token"


def give_token(request: Request, account: Account, script: TokenScript, now: float) -> Answer:
    """Answer ``POST {"code", "user_id"}``: a token for the code's role, or 400, 404 or 405 with the reason."""
    if request.method != "POST":
        return error(405, "method not allowed")
    match _read(request.body):
        case {"code": str(code), **rest}:
            user_id = rest.get("user_id", "")
        case _:
            return error(400, "room code is missing")
    for role, known in account.room_codes.items():
        if code == known:
            token = account.mint(role, now, script, user_id if isinstance(user_id, str) else "")
            expires = datetime.fromtimestamp(int(now) + LIFETIME, UTC).isoformat().replace("+00:00", "Z")
            return Answer(status=200, body=json.dumps({"token": token.reveal(), "expires_at": expires}).encode())
    return error(404, "room code does not exist")


def _read(body: bytes) -> JsonValue:
    try:
        told: JsonValue = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told
