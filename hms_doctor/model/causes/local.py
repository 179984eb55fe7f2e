"""What can be wrong with this machine or with the network that it is plugged into."""

from hms_doctor.model.causes.cause import Audience, Cause, Scope

_ALL_NETWORK = (
    "dns.*",
    "tcp.*",
    "tls.*",
    "proxy.*",
    "init.*",
    "websocket.*",
    "signalling.*",
    "stun.*",
    "turn.*",
    "ice.*",
    "network.*",
)

NO_LINK = Cause(
    id="local.no_link",
    title="this machine has no network",
    action="Plug in the cable or join a Wi-Fi network, then run this again.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=2003,
    explains=(*_ALL_NETWORK, "portal.*"),
)
NO_ROUTE = Cause(
    id="local.no_route",
    title="this machine has a network, but no way out of it",
    action="Renew the network's lease (reconnect), or set a default route; behind a VPN, connect it again.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=2003,
    explains=(*_ALL_NETWORK, "portal.*"),
)
SELF_ASSIGNED = Cause(
    id="local.self_assigned",
    title="this machine was given no address by the network",
    action="Reconnect to the network; if it stays so, its DHCP server does not answer: ask its administrator.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=2003,
    explains=(*_ALL_NETWORK, "portal.*"),
)
CLOCK = Cause(
    id="local.clock",
    title="this machine's clock is wrong",
    action="Let the network set the clock: Linux `sudo timedatectl set-ntp true`; macOS System Settings, General, "
    "Date & Time; Windows Settings, Time & language, Set time automatically.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=40109,
    explains=(
        "tls.expired",
        "tls.not_yet_valid",
        "token.expired",
        "token.not_yet_valid",
        "turn.credentials.*",
    ),
)
CLOCK_DRIFTS = Cause(
    id="local.clock_drifts",
    title="this machine's clock is a little off",
    action=CLOCK.action,
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
CAPTIVE_PORTAL = Cause(
    id="portal.captive",
    title="this network wants a sign-in first",
    action="Open any http:// page in a browser, sign in to the network or accept its terms, then run this again.",
    audience=Audience.CALLER,
    scope=Scope.NETWORK,
    code=2003,
    explains=_ALL_NETWORK,
)
