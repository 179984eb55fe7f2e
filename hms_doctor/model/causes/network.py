"""What can be wrong on the way to the init endpoint: names, TCP, proxies."""

from functools import partial

from hms_doctor.model.causes.cause import Audience, Cause, Scope

_path = partial(Cause, scope=Scope.NETWORK, code=2003)
_admin = partial(_path, audience=Audience.ADMINISTRATOR)
_caller = partial(_path, audience=Audience.CALLER)
_OTHER_NAMES = ("websocket.unresolved", "turn.unresolved", "stun.*")
"""What follows where the name servers themselves fail, whatever they are asked."""

NXDOMAIN = _admin(
    id="dns.nxdomain",
    title="the init endpoint's name does not exist for this network",
    action="Check the endpoint's spelling; if it is right, let this network's DNS servers resolve *.100ms.live.",
)
NO_ADDRESS = _admin(
    id="dns.no_address",
    title="the init endpoint's name has no address",
    action="Check the endpoint's spelling; if it is right, let this network's DNS servers give its A and AAAA records.",
)
SERVFAIL = _admin(
    id="dns.servfail",
    title="the DNS servers give no usable answer for the init endpoint's name",
    action="Check which DNS servers this machine asks and whether they have a way out; try another one, such as the "
    "router's.",
    explains=_OTHER_NAMES,
)
DNS_SILENT = _admin(
    id="dns.silent",
    title="the DNS server does not answer",
    action="Check which DNS server this machine uses and that UDP and TCP 53 to it are open; a VPN often changes it.",
    explains=_OTHER_NAMES,
)
DNS_FILTERED = _admin(
    id="dns.filtered",
    title="a DNS filter blocks the init endpoint's name",
    action="Take *.100ms.live off the block list of the DNS filter (Pi-hole, AdGuard, a family or company filter), or "
    "out of this machine's hosts file.",
)
DNS_SLOW = Cause(
    id="dns.slow",
    title="looking up names takes seconds",
    action="Check this machine's DNS servers (Linux: /etc/resolv.conf): every look-up waits for one that is slow, or "
    "that is asked before the others and does not answer.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.MACHINE,
)

REFUSED = _admin(
    id="tcp.refused",
    title="connections to the init endpoint are refused",
    action="Allow TCP 443 to *.100ms.live in the firewall, or name this network's proxy (HTTPS_PROXY or --proxy); with "
    "a backend of your own, check that it listens there.",
    explains=("websocket.refused",),
)
TCP_SILENT = _admin(
    id="tcp.silent",
    title="the init endpoint does not answer on TCP",
    action="Allow TCP 443 to *.100ms.live in the firewall, or name this network's proxy (HTTPS_PROXY or --proxy); "
    "something on the way drops the packets without a word.",
    explains=("websocket.silent",),
)
RESET = _admin(
    id="tcp.reset",
    title="connections to the init endpoint are reset",
    action="Look for a firewall or an antivirus that resets TCP 443 to *.100ms.live and exempt these hosts.",
    explains=("websocket.refused",),
)
CLOSED = _admin(
    id="tcp.closed",
    title="connections to the init endpoint are closed before TLS",
    action="Look for a firewall that closes TLS by the host's name and let it pass *.100ms.live; with a backend of "
    "your own, check that it serves HTTPS on this port.",
    explains=("websocket.refused",),
)
UNREACHABLE = _admin(
    id="tcp.unreachable",
    title="there is no route to the init endpoint",
    action="Check the VPN and the router's routes; where other addresses are reached, a firewall says no in this way: "
    "allow TCP 443 to *.100ms.live there.",
    explains=("websocket.unreachable",),
)
NOT_PERMITTED = _caller(
    id="tcp.not_permitted",
    title="this machine forbids the connection to the init endpoint",
    action="Allow outgoing TCP 443 in the firewall or security software of this machine.",
    explains=("websocket.unreachable",),
)
PROHIBITED = _admin(
    id="tcp.prohibited",
    title="a firewall prohibits connections to the init endpoint",
    action="Allow TCP 443 to *.100ms.live in the firewall that says no, this network's or this machine's.",
    explains=("websocket.unreachable",),
)
NAT64_LITERAL = Cause(
    id="tcp.nat64_literal",
    title="an IPv4 address is written out, but this network has IPv6 alone",
    action="Use a host name in place of the IPv4 address: NAT64 networks translate names, not addresses (RFC 6147).",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.NETWORK,
    code=2003,
)
TCP_OTHER = _caller(
    id="tcp.failed",
    title="the connection to the init endpoint fails",
    action="Look up the error's name; it comes from this machine's own network layer.",
)

PROXY_AUTH = _caller(
    id="proxy.auth",
    title="the proxy wants a login",
    action="Put user and password, with a colon between and an @ behind, before the host in the proxy's URL "
    "(HTTPS_PROXY or --proxy), or have *.100ms.live pass without a login.",
    explains=("websocket.proxy",),
)
PROXY_REFUSED = _admin(
    id="proxy.refused",
    title="the proxy refuses the init endpoint",
    action="Let the proxy pass CONNECT to *.100ms.live:443.",
    explains=("websocket.proxy",),
)
PROXY_UPSTREAM = _admin(
    id="proxy.upstream",
    title="the proxy cannot reach the init endpoint",
    action="Check from the proxy's side: its DNS, its firewall, its own way out to *.100ms.live:443.",
    explains=("websocket.proxy",),
)
PROXY_UNREACHABLE = _admin(
    id="proxy.unreachable",
    title="the proxy itself cannot be reached",
    action="Check the proxy's address in HTTPS_PROXY, ALL_PROXY or --proxy, and that it runs.",
    explains=("websocket.proxy",),
)
PROXY_SILENT = _admin(
    id="proxy.silent",
    title="the proxy does not answer",
    action="Check the proxy's address and port in HTTPS_PROXY, ALL_PROXY or --proxy, and that it runs and is not "
    "overloaded.",
    explains=("websocket.proxy",),
)
PROXY_PROTOCOL = _admin(
    id="proxy.protocol",
    title="what the settings call a proxy is none",
    action="Check the scheme and the port in the proxy's URL: http for most, socks5 for SOCKS.",
    explains=("websocket.proxy",),
)
