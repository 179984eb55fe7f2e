"""What can be wrong with host addresses, STUN and TURN. 4005 is told by ``ice.verdict`` alone."""

from functools import partial

from hms_doctor.model.causes.cause import Audience, Cause, Platform, Scope

_RETURN_TO_INIT = (
    "Let the app use the ICE servers of a fresh init answer; where they come from init, report it to 100ms's support."
)
_FOLLOWS = ("stun.*", "quality.held_up")
_NO_WAY = ("room.ice.*",)
"""Where no relay works and the room's media finds no path either, that is one thing."""
_relay = partial(Cause, code=4005, explains=_NO_WAY)

NO_ADDRESS = Cause(
    id="ice.no_address",
    title="this machine has no network address",
    action="Connect to a network: join the Wi-Fi or plug in the cable.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    explains=("stun.*", "turn.*"),
)
STUN_SILENT = Cause(
    id="stun.no_answer",
    title="no STUN server answers over UDP",
    action="Allow UDP 3478 and 443 to *.100ms.live in the firewall.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
)
NOT_A_URL = _relay(
    id="turn.url",
    title="the list of ICE servers holds a text that is no ICE URL",
    action="Write every URL as turn:host:port?transport=udp; a browser refuses the whole list for one bad URL.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.APP,
)
NONE_OFFERED = _relay(
    id="turn.none_offered",
    title="the list of ICE servers names no TURN server",
    action="Let the app use the ICE servers that init gives: without a relay no call passes a strict firewall.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.APP,
)
NO_LOGIN = _relay(
    id="turn.credentials.missing",
    title="the TURN server wants a login and the list has none",
    action="Give username and credential along with the TURN URLs (--ice-username, --ice-credential-file).",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.APP,
)
WRONG_LOGIN = _relay(
    id="turn.credentials.wrong",
    title="the TURN server does not take the login",
    action=_RETURN_TO_INIT,
    audience=Audience.APP_DEVELOPER,
    scope=Scope.APP,
)
EXPIRED = _relay(
    id="turn.credentials.expired",
    title="the TURN credentials have expired",
    action="Ask init again for every call and use its ICE servers at once; do not keep a list for later.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.APP,
)
EXPIRES_SOON = Cause(
    id="turn.expires_soon",
    title="the TURN credentials expire soon",
    action="Join with a fresh init answer: a relay cannot be renewed once its credentials have expired.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.APP,
)
REALM = _relay(
    id="turn.realm",
    title="the TURN server does not serve this realm or already holds this allocation",
    action="Have the TURN server's operator compare its realm setting with the realm it announces.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
)
STALE_NONCE = _relay(
    id="turn.nonce",
    title="the TURN server calls every nonce stale, its own fresh one too",
    action="Have the TURN server's operator check that all servers behind one address share their state.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
)
QUOTA = _relay(
    id="turn.quota",
    title="the TURN server's quota for this login is used up",
    action="Wait ten minutes for old relays to end, then run again; if it stays, have the operator raise the quota.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
)
CAPACITY = _relay(
    id="turn.capacity",
    title="the TURN server has no relay to give",
    action="Have the TURN server's operator add relay ports or servers.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
)
FORBIDDEN = _relay(
    id="turn.forbidden",
    title="the TURN server forbids this client a relay",
    action="Have the TURN server's operator allow this network's address.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
)
REFUSED = _relay(
    id="turn.refused",
    title="the TURN server refuses a relay",
    action="Have the TURN server's operator look up this error code in its log.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
)
UNRESOLVED = _relay(
    id="turn.unresolved",
    title="the TURN server's name cannot be looked up",
    action="Let the DNS servers of this network resolve *.100ms.live.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    explains=(*_FOLLOWS, *_NO_WAY),
)
UNREACHABLE = _relay(
    id="turn.unreachable",
    title="no TURN server can be reached",
    action="Allow UDP 3478 to *.100ms.live in the firewall, or else TCP 443.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    explains=(*_FOLLOWS, *_NO_WAY),
)
IPV4_LITERAL = _relay(
    id="turn.nat64_literal",
    title="the TURN URL is a written-out IPv4 address, and this machine has IPv6 alone",
    action="Write the TURN server's host name into the URL, one that has an IPv6 address; where the network has NAT64 "
    "any name will do, since it translates names and not written-out addresses (RFC 6147).",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.NETWORK,
    explains=(*_FOLLOWS, *_NO_WAY),
)
NO_ANSWER = _relay(
    id="turn.no_answer",
    title="the TURN servers do not answer",
    action="Allow UDP 3478 to *.100ms.live in the firewall, or else TCP 443; something drops the packets unseen.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    explains=(*_FOLLOWS, *_NO_WAY),
)
UDP_BLOCKED = _relay(
    id="turn.udp_blocked",
    title="UDP is blocked",
    action="Allow UDP 3478 to *.100ms.live in the firewall.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    explains=(*_FOLLOWS, *_NO_WAY),
)
UDP_FORBIDDEN = _relay(
    id="turn.udp_forbidden",
    title="this machine forbids UDP",
    action="Allow outgoing UDP 3478 in the firewall or security software of this machine.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    explains=(*_FOLLOWS, *_NO_WAY),
)
PATH_DIES = _relay(
    id="turn.path_dies",
    title="the way through the relay dies under way",
    action="Let the firewall, the VPN or the router keep a call's flow to *.100ms.live open: no limit on its packets, "
    "its rate or its age, and no inspection that cuts it off.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    platform_codes={Platform.WEB: 4006},
    explains=("quality.broke_off", *_NO_WAY),
)
NOT_TURN = _relay(
    id="turn.not_turn",
    title="what answers at the TURN URL is no TURN server",
    action="Check host and port of the URL, and whether a proxy or a load balancer answers in the server's place.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.SERVICE,
)
TLS_EXPIRED = _relay(
    id="turn.tls.expired",
    title="the TURN server's certificate has expired",
    action="Have the TURN server's operator renew its certificate.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
)
TLS_NOT_YET_VALID = _relay(
    id="turn.tls.not_yet_valid",
    title="the TURN server's certificate is not valid yet",
    action="Set this machine's clock; if it is right, have the TURN server's operator renew its certificate.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
)
TLS_WRONG_NAME = _relay(
    id="turn.tls.wrong_name",
    title="the TURN server's certificate is for another name",
    action="Use the host name that the certificate holds in the turns: URL.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.SERVICE,
)
TLS_UNTRUSTED = _relay(
    id="turn.tls.untrusted",
    title="the TURN server's certificate is not trusted",
    action="Exempt *.100ms.live from TLS inspection, or install the complete certificate chain on the TURN server.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
)
TLS_INTERCEPTED = Cause(
    id="turn.tls.intercepted",
    title="TLS to the TURN server is inspected on the way",
    action="Exempt *.100ms.live from TLS inspection: what inspects media delays it, and apps on Android, Flutter and "
    "React Native do not trust its certificate.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
)
TLS = _relay(
    id="turn.tls",
    title="no TLS connection to the TURN server comes about",
    action="Check that the port of the turns: URL speaks TLS, and that no firewall cuts the handshake.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.SERVICE,
)
