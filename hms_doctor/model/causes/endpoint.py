"""What can be wrong with the init endpoint as it is written."""

from functools import partial

from hms_doctor.model.causes.cause import Audience, Cause, Scope

_url = partial(Cause, audience=Audience.APP_DEVELOPER, scope=Scope.APP, code=2002)
_LIKE = "https://prod-init.100ms.live"

EMPTY = _url(
    id="endpoint.empty",
    title="the init endpoint is empty",
    action=f"Leave the endpoint out, then the SDK uses {_LIKE}, or set it to your init endpoint.",
)
BLANKS = _url(
    id="endpoint.blanks",
    title="there are blanks or line breaks in the init endpoint",
    action="Take the blanks and line breaks out of the endpoint where your app sets it.",
)
SCHEME = _url(
    id="endpoint.scheme",
    title="the init endpoint does not begin with https://",
    action=f"Begin the endpoint with https://, as in {_LIKE}; the SDKs take no other scheme, on localhost neither.",
)
USERINFO = _url(
    id="endpoint.userinfo",
    title="the init endpoint holds a login",
    action="Take the part before the @ out of the endpoint; the auth token is the only login.",
)
PORT = _url(
    id="endpoint.port",
    title="the init endpoint's port is impossible",
    action="Write a port from 1 to 65535 after the host, or none at all (then it is 443).",
)
HOST = _url(
    id="endpoint.host",
    title="the init endpoint's host is impossible",
    action=f"Check the endpoint's spelling; it must name a host, as in {_LIKE}.",
)
SHOUTED = Cause(
    id="endpoint.shouted",
    title="the web SDK does not take a scheme in capital letters",
    action="Write https:// in small letters where your app sets the endpoint.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.APP,
)
