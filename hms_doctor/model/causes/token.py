"""Causes that lie in the token's form: ``join()`` meets them before it opens a connection."""

from functools import partial

from hms_doctor.model.causes.cause import Audience, Cause, Scope

_shape = partial(Cause, audience=Audience.APP_DEVELOPER, scope=Scope.TOKEN, code=2004)
_FETCH = "Look at what your token server answers and hand its `token` to join() unchanged."

EMPTY = _shape(
    id="token.empty",
    title="the token is empty",
    action="Find out why your token server gave nothing, and call join() only once the token is there.",
)
SEGMENTS = _shape(
    id="token.segments",
    title="the token has not three segments",
    action="Pass the whole token, header.claims.signature, as your token server made it.",
)
TRUNCATED = _shape(
    id="token.truncated",
    title="the token is cut off",
    action="Copy the whole token again; where it is stored, look for a field that is too short for it.",
)
BASE64 = _shape(
    id="token.base64",
    title="the token holds a character that no token has",
    action="Take the token from its source again; nothing on the way may re-encode or break it.",
)
JSON = _shape(
    id="token.json",
    title="a segment of the token is no JSON object",
    action="Make the token with a JWT library on your server; a token put together by hand goes wrong here.",
)
WRAPPED = _shape(
    id="token.wrapped",
    title="something stands around the token",
    action="Strip it and pass the bare token to join().",
)
TOO_LARGE = _shape(
    id="token.too_large",
    title="the text is too large to be a token",
    action=_FETCH,
)
ROOM_CODE_PASTED = _shape(
    id="token.room_code_pasted",
    title="a room code was given in place of a token",
    action="Exchange it for a token first (getAuthTokenByRoomCode in the SDKs); here: --room-code CODE.",
)
SECRET_PASTED = _shape(
    id="token.secret_pasted",
    title="a key or secret was given in place of a token",
    action="Keep the app secret on your server, make the token there and pass that; "
    "here: hms-doctor token create makes one.",
)
URL_PASTED = _shape(
    id="token.url_pasted",
    title="a URL was given in place of a token",
    action="Pass what the URL answers, not the URL: call it and hand the `token` in its answer to join().",
)
PLACEHOLDER = _shape(
    id="token.placeholder",
    title="a placeholder was given in place of a token",
    action="Wait for the token before join(): an unset variable or an unawaited promise leaves such a word behind.",
)
MISTAKEN = _shape(
    id="token.mistaken",
    title="another text was given in place of a token",
    action=_FETCH,
)
BASE64URL_ON_WEB = Cause(
    id="token.base64url_on_web",
    title="the web SDK cannot decode this valid token",
    action="For web users, keep the claims to plain ASCII without ~, ? and >, most of all user_id and role: "
    "then the token has no - or _ in its claims.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.APP,
)
LONG = Cause(
    id="token.long",
    title="the token is longer than many servers and proxies let through",
    action="Keep the claims few and short; the token travels in a header and in the websocket's URL.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.TOKEN,
)
