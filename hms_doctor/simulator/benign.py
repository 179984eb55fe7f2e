"""Changes that mean nothing: no check may fail under any of them, alone or together with others."""

from dataclasses import replace

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.answers import Answer, Framing
from hms_doctor.simulator.change import (
    Change,
    configured,
    framed,
    having,
    init_at,
    init_waits,
    inside,
    lacking,
    minted,
    named,
    newest_tls,
    opening,
    portal,
    server_ahead,
    signalling_at,
    signalling_port,
    together,
)
from hms_doctor.simulator.policy import role_of
from hms_doctor.simulator.scenario import (
    INIT_NAME,
    SIGNAL_NAME,
    DnsAnswer,
    Listener,
    PortalScript,
    Relaying,
    TlsScript,
)
from hms_doctor.simulator.steps import CloseFrame, Pause, PingFrame, Say, SayPolicy, SayRoomState
from hms_doctor.simulator.turn_change import (
    listed,
    turn_forbids_peers,
    turn_named,
    turn_quota,
    turn_relays,
    turn_streams,
    turn_waits,
)

EXTRA: JsonValue = {"added_in": "a later version", "list": [1, 2.5, None, True], "nested": {"a": {"b": {}}}}


@dataclass(frozen=True, kw_only=True)
class Benign:
    """One such change, by name."""

    name: str  # kebab-case
    summary: str
    apply: Change


def _framing(name: str, summary: str, framing: Framing) -> Benign:
    return Benign(name=name, summary=summary, apply=framed(framing))


def _reversed(told: JsonObject) -> JsonObject:
    return dict(reversed(list(told.items())))


def _resolver_takes(seconds: float) -> Change:
    return lambda scenario: replace(scenario, dns=replace(scenario.dns, delay=seconds))


def _many_roles(told: JsonObject) -> JsonObject:
    more = {f"role-{number}": role_of(f"role-{number}", ("audio",)) for number in range(200)}
    return inside("known_roles", lambda roles: {**roles, **more})(told)


_PUSHES_BEFORE = (
    Say(text='{"method": "node-info", "params": {"sfu_node_id": "sfu-1"}}'),
    Say(text='{"method": "session-info", "params": {"session_id": "s", "room_id": "r", "peer_count": 0}}'),
    SayRoomState(),
)
_UNKNOWN = (
    Say(text='{"method": "on-something-new", "params": {"peers": []}, "id": null}'),
    Say(text='{"method": "on-warning", "params": {"code": 1, "message": "nothing to worry about"}}'),
)

_HTTP = (
    _framing("chunked", "answers come in chunks", Framing(chunked=True)),
    _framing("gzipped", "answers are compressed", Framing(gzipped=True)),
    _framing("gzipped-chunks", "answers are compressed and come in chunks", Framing(gzipped=True, chunked=True)),
    _framing("dripping", "answers come byte by byte", Framing(dripping=True)),
    _framing("lower-case-headers", "header names are in lower case", Framing(header_case="lower")),
    _framing("upper-case-headers", "header names are in upper case", Framing(header_case="upper")),
    _framing("closing", "the server closes after every answer", Framing(keep_alive=False)),
    _framing(
        "extra-headers",
        "a load balancer adds its headers",
        Framing(extra_headers=(("Via", "1.1 google"), ("Alt-Svc", 'h3=":443"; ma=2592000'), ("X-Empty", ""))),
    ),
    Benign(name="slow-init", summary="init takes 0.8 s", apply=init_waits(0.8)),
    Benign(
        name="portal-404-json",
        summary="plain HTTP is answered with 404 in JSON",
        apply=portal(PortalScript(answer=Answer(status=404, body=b'{"code":404,"message":"not found"}'))),
    ),
    Benign(
        name="portal-to-https",
        summary="plain HTTP is redirected to HTTPS on the same host",
        apply=portal(PortalScript(answer=Answer(status=301, headers=(("Location", "https://127.0.0.1/"),)))),
    ),
)

_JSON = (
    Benign(name="extra-fields", summary="init's answer has fields nobody knows", apply=configured(having(more=EXTRA))),
    Benign(
        name="extra-config",
        summary="init's config has fields nobody knows",
        apply=configured(inside("config", having(more=EXTRA, enabledFlags=["aFlagOfTomorrow"]))),
    ),
    Benign(name="reordered", summary="init's fields come in another order", apply=configured(_reversed)),
    Benign(name="bare-config", summary="init's config is an empty object", apply=configured(having(config={}))),
    Benign(
        name="non-ascii",
        summary="init's answer holds text in many scripts",
        apply=configured(having(policy="Füße 東京 \U0001f600 \u202e")),
    ),
)

_NAMES = (
    Benign(name="by-name", summary="init is announced by a name", apply=init_at(INIT_NAME)),
    Benign(
        name="dead-ipv6",
        summary="init's name has an IPv6 address where nothing listens",
        apply=together(init_at(INIT_NAME), named(INIT_NAME, DnsAnswer.DEAD_IPV6)),
    ),
    Benign(
        name="signalling-dead-ipv6",
        summary="the signalling server's name has an IPv6 address where nothing listens",
        apply=together(signalling_at(SIGNAL_NAME), named(SIGNAL_NAME, DnsAnswer.DEAD_IPV6)),
    ),
    Benign(
        name="slow-dns",
        summary="the name server takes 0.4 s",
        apply=together(init_at(INIT_NAME), signalling_at(SIGNAL_NAME), _resolver_takes(0.4)),
    ),
    Benign(
        name="signalling-elsewhere",
        summary="signalling has a name and a port of its own",
        apply=together(signalling_at(SIGNAL_NAME), signalling_port(TlsScript())),
    ),
    Benign(name="tls-1-2", summary="init speaks nothing newer than TLS 1.2", apply=newest_tls("1.2")),
)

_SIGNALLING = (
    Benign(
        name="pushes-before",
        summary="other messages come before the policy",
        apply=opening(*_PUSHES_BEFORE, SayPolicy()),
    ),
    Benign(
        name="unknown-methods",
        summary="messages nobody knows come around the policy",
        apply=opening(*_UNKNOWN, SayPolicy(), *_UNKNOWN),
    ),
    Benign(
        name="late-policy",
        summary="the policy comes after 0.5 s",
        apply=opening(Pause(seconds=0.5), SayPolicy(), SayRoomState()),
    ),
    Benign(
        name="ping-frames",
        summary="the server sends websocket pings",
        apply=opening(PingFrame(), SayPolicy(), PingFrame(), SayRoomState(), PingFrame()),
    ),
    Benign(
        name="large-policy",
        summary="the room has 200 more roles",
        apply=opening(SayPolicy(reshape=_many_roles), SayRoomState()),
    ),
    Benign(
        name="policy-extra-fields",
        summary="the policy has fields nobody knows",
        apply=opening(SayPolicy(reshape=having(more=EXTRA)), SayRoomState()),
    ),
    Benign(
        name="policy-twice", summary="the policy comes twice", apply=opening(SayPolicy(), SayRoomState(), SayPolicy())
    ),
    Benign(name="policy-alone", summary="no room-state follows the policy", apply=opening(SayPolicy())),
    Benign(
        name="idle-close",
        summary="the server closes an idle socket cleanly after the policy",
        apply=opening(SayPolicy(), SayRoomState(), Pause(seconds=0.3), CloseFrame(code=1000, reason="idle")),
    ),
)

_TOKENS = (
    Benign(name="clock-20-s-ahead", summary="the server's clock is 20 s ahead", apply=server_ahead(20)),
    Benign(name="clock-20-s-behind", summary="the server's clock is 20 s behind", apply=server_ahead(-20)),
    Benign(
        name="token-extra-claims",
        summary="the token has claims nobody knows",
        apply=minted(having(name="O'Neil", app_id="5f", iss="5e", scopes=["a", {"b": None}])),
    ),
    Benign(
        name="token-without-user-id",
        summary="the token has no user_id, as 100ms's Node library makes it where none is given",
        apply=minted(lacking("user_id")),
    ),
    Benign(
        name="token-odd-user-id",
        summary="user_id is an address with signs in it",
        apply=minted(having(user_id="o'neil+test@example.org (guest #2)")),
    ),
    Benign(name="token-reordered", summary="the token's claims come in another order", apply=minted(_reversed)),
)

_TURN = (
    Benign(name="turn-slow", summary="STUN and TURN take 0.4 s for an answer", apply=turn_waits(0.4)),
    Benign(name="turn-no-echo", summary="TURN forbids packets from relay to relay", apply=turn_forbids_peers()),
    Benign(name="turn-drops", summary="TURN drops packets from relay to relay", apply=turn_relays(Relaying.DROPS)),
    Benign(
        name="turn-one-at-a-time",
        summary="TURN lends one relay at a time",
        apply=together(listed(lambda urls: urls[:2]), turn_quota(1)),
    ),
    Benign(
        name="turn-dead-ipv6",
        summary="TURN's name has an IPv6 address where nothing listens",
        apply=turn_named(DnsAnswer.DEAD_IPV6),
    ),
    Benign(
        name="turn-tcp-refused",
        summary="relays work over UDP, and TCP to TURN is refused",
        apply=turn_streams(Listener.REFUSED),
    ),
    Benign(
        name="stun-listed",
        summary="the list has a STUN server beside the TURN servers, and a URL twice",
        apply=listed(lambda urls: (urls[0].replace("turn", "stun", 1), *urls, urls[0])),
    ),
    Benign(name="turn-over-udp-only", summary="the list has UDP relays only", apply=listed(lambda urls: urls[::2][:2])),
    Benign(name="turn-over-tcp-only", summary="the list has TCP relays only", apply=listed(lambda urls: urls[1::2])),
)

BENIGN = (*_HTTP, *_JSON, *_NAMES, *_SIGNALLING, *_TOKENS, *_TURN)
