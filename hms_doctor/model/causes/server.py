"""The server's own word about token and room, at init or at join: one cause for each of the pages' codes."""

from collections.abc import Mapping
from functools import partial

from hms_doctor.model.causes.cause import Audience, Cause, Platform, Scope

_ENDS_THE_VISIT = (
    "websocket.lost", "websocket.no_pong", "join.unanswered", "renegotiation.*", "room.*", "media.*",
    "subscribe.no_offer",
)  # fmt: skip
"""Who is sent away is disconnected, and nobody answers it any more."""
_word = partial(Cause, audience=Audience.APP_DEVELOPER, scope=Scope.TOKEN, explains=_ENDS_THE_VISIT)
_room = partial(Cause, audience=Audience.APP_DEVELOPER, scope=Scope.SERVICE, explains=_ENDS_THE_VISIT)

INVALID_ROOM = _word(
    id="server.invalid_room",
    title="the server knows no such room",
    action="Put the id of a room of this workspace, which is enabled, into the token's room_id.",
    code=40001,
)
ROOM_MISMATCH = _word(
    id="server.room_mismatch",
    title="the room is not the token's",
    action="Join the room whose id stands in the token's room_id, or make a token for the other one.",
    code=40002,
)
PEER_JOINED = _word(
    id="server.peer_joined",
    title="this peer has joined already",
    action="Leave the room before joining again, and call join() once.",
    code=40004,
)
GENERIC = _word(
    id="server.generic",
    title="the server refuses the token without saying why",
    action="Make a fresh token with `hms-doctor token create`; if that is refused too, report it with the time to "
    "100ms's support.",
    code=40100,
)
REFUSED = _word(
    id="server.refused",
    title="the server refuses the token",
    action="Make a fresh token with the app's current access key and secret, for a room and role that exist.",
    code=40100,
)
ACCESS_KEY = _word(
    id="server.access_key",
    title="the server does not know the token's access key",
    action="Take access_key from the 100ms dashboard (Developer) and sign with the secret that stands beside it.",
    code=40101,
)
ROOM_ID = _word(
    id="server.room_id",
    title="the server does not accept the token's room_id",
    action="Put the room's id (24 hex digits, a string) into room_id, not its name and not its room code.",
    code=40102,
)
AUTH_ID = _word(
    id="server.auth_id",
    title="the server does not accept the token's auth id",
    action="Make the token anew from 100ms's current description; it has no auth id.",
    code=40103,
)
APP_ID = _word(
    id="server.app_id",
    title="the server does not accept the token's app_id",
    action="Leave app_id out of the token; tokens have had access_key in its place since 2021.",
    code=40104,
)
CUSTOMER_ID = _word(
    id="server.customer_id",
    title="the server does not accept the token's customer id",
    action="Leave iss out of the token; only tokens of 2021 carried a customer id there.",
    code=40105,
)
USER_ID = _word(
    id="server.user_id",
    title="the server does not accept the token's user_id",
    action='Put user_id into the token as a string, "17" and not 17.',
    code=40107,
)
ROLE = _word(
    id="server.role",
    title="the server does not accept the token's role",
    action="Use a role of the room's template, letter by letter: capital letters count.",
    code=40108,
)
BAD_JWT = _word(
    id="server.bad_jwt",
    title="the server takes the token for a bad one: its signature, its times or its kind",
    action="Sign the token with HS256 and the secret that belongs to its access key, as it stands in the dashboard.",
    code=40109,
)
FRESH_TOKEN = "Fetch a fresh token for every join, and keep the token server's clock right (NTP)."
"""What to do where the server says that the token's time has passed or has not come."""
PEER_GONE = _word(
    id="server.peer_gone",
    title="the peer is no longer in the room",
    action="Join again; the server has removed this peer.",
    code=41001,
)
ALREADY_JOINED = _word(
    id="server.already_joined",
    title="the server says that this user has joined already",
    action="Leave the room before joining again, and call join() once.",
    code=5001,
)
ROOM_FULL = _room(
    id="server.room_full",
    title="the room or the role is full",
    action="Wait until a peer of the role leaves, or raise the limit in the 100ms dashboard: the role's in its "
    "template, or the room's size.",
    code=40100,
    platform_codes={Platform.WEB: 403},
)
ROOM_ENDED = _room(
    id="server.room_ended",
    title="the room's session has ended",
    action="Start a new session: let the host join first, and enable the room in the 100ms dashboard if somebody ended "
    "and locked it.",
    code=41001,
    platform_codes={Platform.WEB: 410},
)

BY_CODE: Mapping[int, Cause] = {
    cause.code: cause
    for cause in (
        INVALID_ROOM,
        ROOM_MISMATCH,
        PEER_JOINED,
        GENERIC,
        ACCESS_KEY,
        ROOM_ID,
        AUTH_ID,
        APP_ID,
        CUSTOMER_ID,
        USER_ID,
        ROLE,
        BAD_JWT,
        PEER_GONE,
        ALREADY_JOINED,
    )
}
"""The cause of each code that only the server gives."""
