"""What can be wrong with a proxy on the way to TURN. 4005 is told by ``ice.verdict`` alone."""

from hms_doctor.model.causes.cause import Audience, Cause, Scope

REFUSED = Cause(
    id="turn.proxy",
    title="the proxy does not let TURN through",
    action="Let the proxy CONNECT to *.100ms.live, ports 443 and 3478, or allow UDP 3478 past it.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=4005,
    explains=("room.ice.*",),
)
AUTH = Cause(
    id="turn.proxy.auth",
    title="the proxy does not take its login for TURN",
    action="Give the proxy's address with a user and a password that it takes, in HTTPS_PROXY or --proxy.",
    audience=Audience.CALLER,
    scope=Scope.NETWORK,
    code=4005,
    explains=("room.ice.*",),
)
UPSTREAM = Cause(
    id="turn.proxy.upstream",
    title="the proxy itself does not get to the TURN server",
    action="Let the proxy's own way out reach *.100ms.live, ports 443 and 3478.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=4005,
    explains=("room.ice.*",),
)
