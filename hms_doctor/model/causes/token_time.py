"""Causes that lie in the token's times."""

from functools import partial

from hms_doctor.model.causes.cause import Audience, Cause, Scope

_time = partial(Cause, audience=Audience.APP_DEVELOPER, scope=Scope.TOKEN, code=40109)

EXPIRED = _time(
    id="token.expired",
    title="the token has expired",
    action="Get a fresh token from your token server for every join(), and make it last for the whole call.",
)
NOT_YET_VALID = _time(
    id="token.not_yet_valid",
    title="the token is not valid yet",
    action="Set the clock of the server that makes the token (NTP), and date iat and nbf 10 s back as 100ms's Node SDK "
    "does.",
)
MILLISECONDS = _time(
    id="token.milliseconds",
    title="a time in the token is in milliseconds",
    action="Divide by 1000 and round down where your server builds the token: JWT times are seconds.",
)
TIME_TYPE = _time(
    id="token.time_type",
    title="a time in the token is no number of seconds",
    action="Send iat, nbf and exp as whole numbers of seconds since 1970.",
)
TIME_MISSING = _time(
    id="token.time_missing",
    title="a time is missing in the token",
    action="Set iat, nbf and exp where your server builds the token, as 100ms's own server libraries do.",
)
NEVER_VALID = _time(
    id="token.never_valid",
    title="the token ends before it begins",
    action="Set exp after nbf and iat where your server builds the token.",
)
EXPIRING = _time(
    id="token.expiring",
    title="the token expires soon",
    action="Join now or get a fresh token: a reconnection after that time is refused.",
)
AHEAD = _time(
    id="token.ahead",
    title="the token is dated a few seconds ahead",
    action="Date iat and nbf 10 s back where your server builds the token, as 100ms's Node SDK does.",
)
FRACTION = _time(
    id="token.fraction",
    title="a time in the token has a fraction",
    action="Round iat, nbf and exp down to whole seconds where your server builds the token.",
)
