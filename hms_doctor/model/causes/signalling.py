"""What can be wrong with the signalling websocket, and with what is said over it."""

from hms_doctor.model.causes.cause import Audience, Cause, Platform, Scope

_NOT_OPENED = {Platform.WEB: 1000}
"""The browser tells the web SDK an error before the open (hms-video-store: signal/jsonrpc)."""
_LET_SIZES_BE_TOLD = (
    'Let routers, firewalls and VPNs on the way pass ICMP "fragmentation needed" (IPv6: "packet too big"), or lower '
    "the MTU of the VPN or of this network to 1280."
)
_ENDS_THE_VISIT = ("join.unanswered", "renegotiation.*", "room.*", "media.*", "subscribe.no_offer")
"""Offers, answers and candidates travel over signalling: without it nothing in the room comes about."""

BAD_URL = Cause(
    id="websocket.bad_url",
    title="the signalling URL from init is no websocket URL",
    action="Report this URL to 100ms's support together with the init endpoint; with a backend of your own, let init "
    "answer with a wss:// URL in `endpoint`.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
    code=1003,
)
UNRESOLVED = Cause(
    id="websocket.unresolved",
    title="the signalling server's name cannot be looked up",
    action="Let the DNS servers of this network resolve *.100ms.live.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    platform_codes=_NOT_OPENED,
)
REFUSED = Cause(
    id="websocket.refused",
    title="connections to the signalling server are refused",
    action="Allow TCP 443 to *.100ms.live in the firewall.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    platform_codes=_NOT_OPENED,
)
UNREACHABLE = Cause(
    id="websocket.unreachable",
    title="the signalling server cannot be reached",
    action="Check the route, the VPN and the firewall between this machine and *.100ms.live, TCP 443.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    platform_codes=_NOT_OPENED,
)
SILENT = Cause(
    id="websocket.silent",
    title="the signalling server does not answer",
    action="Let the firewall pass TCP 443 and websocket upgrades to *.100ms.live; something drops them without a word.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    platform_codes=_NOT_OPENED,
)
LARGE_PACKETS = Cause(
    id="websocket.large_packets",
    title="large packets vanish on the way to the signalling server",
    action=_LET_SIZES_BE_TOLD,
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    platform_codes=_NOT_OPENED,
)
POLICY_LOST = Cause(
    id="websocket.large_packets.policy",
    title="large packets vanish on the way, and the role's policy with them",
    action=_LET_SIZES_BE_TOLD,
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
)
TLS = Cause(
    id="websocket.tls",
    title="no trusted TLS connection to the signalling server",
    action="Exempt *.100ms.live from TLS inspection, or mend the certificate of the signalling server.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    platform_codes=_NOT_OPENED,
)
PROXY = Cause(
    id="websocket.proxy",
    title="the proxy does not let us through to the signalling server",
    action="Let the proxy pass CONNECT to *.100ms.live:443; letting init's host through is not enough.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    platform_codes=_NOT_OPENED,
)
UPGRADE_REFUSED = Cause(
    id="websocket.upgrade.refused",
    title="the websocket upgrade is refused",
    action="Compare the status with the log of the signalling server or of the gateway before it; 401 and 403 speak of "
    "the token, 5xx of the server.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.SERVICE,
    code=1003,
    platform_codes=_NOT_OPENED,
)
UPGRADE_STRIPPED = Cause(
    id="websocket.upgrade.stripped",
    title="a proxy on the way removes the websocket upgrade",
    action="Let the proxy pass the Upgrade and Connection headers to *.100ms.live (nginx: proxy_http_version 1.1 and "
    "both headers set), or exempt these hosts from inspection.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    platform_codes=_NOT_OPENED,
)
NOT_WEBSOCKET = Cause(
    id="websocket.upgrade.malformed",
    title="the answer to the websocket upgrade is none",
    action="Look for a proxy or an antivirus that answers in the signalling server's place; try without it.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    platform_codes=_NOT_OPENED,
)
DROPPED = Cause(
    id="websocket.upgrade.dropped",
    title="the connection is dropped at the websocket upgrade",
    action="Let firewall and proxy pass websockets to *.100ms.live; one of them cuts the connection at the upgrade.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    platform_codes={Platform.WEB: 1006},
)
NO_POLICY = Cause(
    id="websocket.no_policy",
    title="signalling opens, but the server never sends the role's policy",
    action="Report it to 100ms's support with the room's id and this time; the server or something before it swallows "
    "on-policy-change.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
    code=1003,
)
GARBAGE = Cause(
    id="websocket.garbage",
    title="what the signalling server says cannot be understood",
    action="Check that init's `endpoint` names a 100ms signalling server, and that no proxy rewrites what it says.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
    code=1003,
)
CLOSED_EARLY = Cause(
    id="websocket.closed_early",
    title="the signalling server hangs up before the role's policy",
    action="Look up the close code in the server's log; report it to 100ms's support with the room's id and this time.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
    code=1003,
)
LOST = Cause(
    id="websocket.lost",
    title="the signalling connection breaks off",
    action="Look for a proxy, VPN or firewall that cuts long-lived connections; exempt *.100ms.live, TCP 443.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    explains=_ENDS_THE_VISIT,
)
NO_PONG = Cause(
    id="websocket.no_pong",
    title="the signalling server stops answering",
    action="Look for a proxy, VPN or firewall that holds back websocket messages; exempt *.100ms.live, TCP 443.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=1003,
    explains=_ENDS_THE_VISIT,
)
SERVER_FAULT = Cause(
    id="signalling.server_fault",
    title="the signalling server refuses",
    action="Act on the server's message; `hms-doctor explain` tells what its code means.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.SERVICE,
    code=1003,
)
ROLE_UNKNOWN = Cause(
    id="signalling.role_unknown",
    title="the room's template does not know our role",
    action="Add the role to the room's template, or put one of its roles into the token (names are case-sensitive).",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.APP,
    code=40108,
)
ROLE_DIFFERS = Cause(
    id="role.differs",
    title="the server gives another role than the token's",
    action="Check who changes this user's role, and build the token with the role that is meant.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.TOKEN,
    code=40108,
)
