"""What can be wrong where tokens are handed out: the room code, and the service that takes it."""

from functools import partial

from hms_doctor.model.causes.cause import Audience, Cause, Platform, Scope

_code = partial(Cause, audience=Audience.CALLER, scope=Scope.APP, code=40001)
_service = partial(Cause, audience=Audience.HMS, scope=Scope.SERVICE, code=2003)

UNKNOWN = _code(
    id="room_code.unknown",
    title="no room has this room code",
    action="Compare the room code letter by letter with the room's link, or ask who invited you for a new one.",
    platform_codes={Platform.WEB: 404},
)
INACTIVE = _code(
    id="room_code.inactive",
    title="the room or its room code is switched off",
    action="Ask who runs the room to enable the room and its room code in the 100ms dashboard.",
    platform_codes={Platform.WEB: 403},
)
REFUSED = _code(
    id="room_code.refused",
    title="the room code is refused",
    action="Check the room code: it has the form abc-defg-hij and belongs to one room and one role.",
)
BUSY = _service(
    id="room_code.busy",
    title="the room-code service is overloaded or out of order",
    action="Wait a minute and try again; if it stays, ask 100ms's support and name the time.",
)
ANSWER = Cause(
    id="room_code.answer",
    title="something else answers in the room-code service's place",
    action="Let *.100ms.live pass through proxies and firewalls unchanged, or correct --auth-endpoint.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=2003,
)
CUT = Cause(
    id="room_code.cut",
    title="the room-code service's answer does not arrive",
    action="Try another network; look for a proxy or firewall that cuts requests to *.100ms.live.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=2003,
)
URL = Cause(
    id="room_code.url",
    title="the address of the room-code service is no URL",
    action="Write it as https://auth.100ms.live/v2/token, or leave --auth-endpoint and HMS_AUTH_ENDPOINT out.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.APP,
    code=2002,
)
