"""Causes that lie in what the token says: the server refuses it."""

from functools import partial

from hms_doctor.model.causes.cause import Audience, Cause, Scope

_claim = partial(Cause, audience=Audience.APP_DEVELOPER, scope=Scope.TOKEN)
_WHERE = "where your server builds the token"

WRONG_KIND = _claim(
    id="token.wrong_kind",
    title="this is a management token, not an auth token",
    action='Make an auth token for join(): type "app", with room_id, user_id and role. '
    "A management token is for your server alone; it must not reach clients.",
    code=40109,
    explains=("token.room_id", "token.role", "token.type", "token.expected.*"),
)
ALGORITHM = _claim(
    id="token.algorithm",
    title="the token is not signed with HS256",
    action="Sign the token with HS256 and the app secret; 100ms takes no other algorithm.",
    code=40109,
    explains=("token.signature", "token.signature_length"),
)
ACCESS_KEY = _claim(
    id="token.access_key",
    title="access_key is not what it should be",
    action=f"Put the app's access key from the 100ms dashboard into access_key {_WHERE}.",
    code=40101,
)
ROOM_ID = _claim(
    id="token.room_id",
    title="room_id is not what it should be",
    action=f"Put the room's id (24 hex digits, from the dashboard or the API) into room_id {_WHERE}.",
    code=40102,
)
ROOM_ID_FORM = _claim(
    id="token.room_id_form",
    title="room_id does not look like a room's id",
    action="Use the id of the room (24 hex digits), not its name and not its room code.",
    code=40102,
)
USER_ID = _claim(
    id="token.user_id",
    title="user_id is no text",
    action=f"Send user_id as a string {_WHERE}.",
    code=40107,
)
ROLE = _claim(
    id="token.role",
    title="role is not what it should be",
    action=f"Put the name of a role of the room's template into role {_WHERE}.",
    code=40108,
)
BLANKS = _claim(
    id="token.blanks",
    title="a claim begins or ends with a blank",
    action=f"Trim the value {_WHERE}: to the server it is another name.",
)
SECRET_IN_CLAIMS = _claim(
    id="token.secret_in_claims",
    title="access_key looks like the app secret",
    action="Put the access key there and renew the app secret in the 100ms dashboard: whoever has a token can read it.",
    code=40101,
)
TYPE = _claim(
    id="token.type",
    title='type is not "app"',
    action=f'Set type to "app" {_WHERE}.',
    code=40109,
)
VERSION = _claim(
    id="token.version",
    title="version is not the number 2",
    action=f"Set version to the number 2 {_WHERE}.",
    code=40109,
)
JTI = _claim(
    id="token.jti",
    title="jti is not a text of its own for every token",
    action=f"Give every token a fresh UUID as jti {_WHERE}.",
    code=40109,
)
REPEATED = _claim(
    id="token.repeated",
    title="a name stands twice in the token",
    action=f"Set each claim once {_WHERE}: readers disagree about which of two counts.",
    code=40109,
)
SIGNATURE_LENGTH = _claim(
    id="token.signature_length",
    title="the token's signature is cut off or has something after it",
    action="Copy the whole token again; where it is stored, look for a field that is too short for it.",
    code=40109,
    explains=("token.signature",),
)
EXPECTED_ROOM = _claim(
    id="token.expected.room_id",
    title="the token is for another room",
    action="Ask your token server for a token for this room, or join the room that the token names.",
    code=40002,
)
EXPECTED_ROLE = _claim(
    id="token.expected.role",
    title="the token gives another role",
    action="Ask your token server for a token with this role.",
    code=40108,
)
EXPECTED_USER = _claim(
    id="token.expected.user_id",
    title="the token is for another user",
    action="Ask your token server for a token for this user.",
    code=40107,
)
SIGNATURE = _claim(
    id="token.signature",
    title="the token is not signed with this app secret",
    action="Sign with the secret that belongs to the token's access_key (dashboard, Developer), as it stands there.",
    code=40109,
)
SECRET_WRAPPED = Cause(
    id="token.secret_wrapped",
    title="the app secret given here has something around it",
    action="Take it off where the secret is stored: a server that signs with it as it is makes tokens nobody accepts.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.PROCESS,
)
