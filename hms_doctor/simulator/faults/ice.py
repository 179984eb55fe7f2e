"""What can be wrong with STUN and TURN: 4005 only where UDP is dead too; otherwise a direct path may still work."""

from hms_doctor.simulator.change import Change, together
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import Certificate, DnsAnswer, Listener, Relaying, Speech, TurnLogin, UdpPort
from hms_doctor.simulator.turn_change import (
    listed,
    turn_certificate,
    turn_login,
    turn_mute,
    turn_named,
    turn_refuses,
    turn_speaks,
    turn_streams,
    turn_tires,
    turn_udp,
)


def _fails(name: str, cause: str, summary: str, apply: Change) -> Fault:
    return Fault(name=name, code=4005, check="ice.verdict", cause=cause, summary=summary, apply=apply)


def _warns(name: str, cause: str, summary: str, apply: Change, check: str = "ice.turn") -> Fault:
    return Fault(name=name, code=0, check=check, cause=cause, summary=summary, apply=apply)


def _refuses(name: str, cause: str, summary: str, apply: Change) -> Fault:
    """Every relay says no: the conclusion tells it, since a direct path may still work."""
    return _warns(name, cause, summary, apply, check="ice.verdict")


_NO_UDP = turn_udp(UdpPort.REFUSED)


FAULTS = (
    _fails(
        "ice-blocked",
        "turn.unreachable",
        "no UDP passes, and TURN over TCP and TLS is refused",
        together(_NO_UDP, turn_streams(Listener.REFUSED)),
    ),
    _fails(
        "turn-silent",
        "turn.no_answer",
        "the STUN and TURN servers stay silent on every port",
        together(turn_udp(UdpPort.SILENT), turn_streams(Listener.SILENT)),
    ),
    _fails(
        "turn-unresolved",
        "turn.unresolved",
        "the TURN server's name does not exist",
        turn_named(DnsAnswer.NXDOMAIN),
    ),
    _fails(
        "turn-401-udp-blocked",
        "turn.credentials.wrong",
        "no UDP passes, and TURN over TCP and TLS does not take the login",
        together(_NO_UDP, turn_login(TurnLogin.WRONG)),
    ),
    _fails(
        "turn-http-udp-blocked",
        "turn.unreachable",
        "no UDP passes, and a web server answers in the place of TURN",
        together(_NO_UDP, turn_speaks(Speech.HTTP)),
    ),
    _fails(
        "turn-url-malformed",
        "turn.url",
        "every URL of the list has // after its scheme",
        listed(lambda urls: tuple(url.replace(":", "://", 1) for url in urls)),
    ),
    _fails(
        "turn-mute",
        "turn.no_answer",
        "bindings are answered, and no request for a relay is",
        turn_mute("ALLOCATE"),
    ),
    _fails(
        "turn-drops-midway",
        "turn.path_dies",
        "relays carry packets for a moment, then none any more: a firewall cuts off long flows",
        turn_tires(Relaying.TIRES),
    ),
    _warns(
        "turn-udp-drops-midway",
        "turn.path_dies",
        "relays over UDP carry packets for a moment, then none; those over TCP and TLS go on",
        turn_tires(Relaying.TIRES_OF_UDP),
        check="ice.verdict",
    ),
    _warns(
        "turn-udp-blocked",
        "turn.udp_blocked",
        "no UDP passes; relays on TCP and TLS work",
        _NO_UDP,
        check="ice.verdict",
    ),
    _refuses("turn-401", "turn.credentials.wrong", "TURN does not take the login", turn_login(TurnLogin.WRONG)),
    _refuses("turn-no-login", "turn.credentials.missing", "the list has no TURN login", turn_login(TurnLogin.NONE)),
    _warns(
        "turn-expired",
        "init.turn_expired",
        "the TURN login expired an hour ago",
        turn_login(TurnLogin.EXPIRED),
        check="init",
    ),
    _warns(
        "turn-expires-soon",
        "turn.expires_soon",
        "the TURN login expires in two minutes",
        turn_login(TurnLogin.BRIEF),
    ),
    _refuses("turn-realm", "turn.realm", "TURN refuses with 437", turn_refuses(437)),
    _refuses("turn-stale-nonce", "turn.nonce", "TURN calls every nonce stale (438)", turn_refuses(438)),
    _refuses("turn-quota", "turn.quota", "the quota of relays is used up (486)", turn_refuses(486)),
    _refuses("turn-capacity", "turn.capacity", "TURN has no relay to give (508)", turn_refuses(508)),
    _refuses("turn-forbidden", "turn.forbidden", "TURN forbids this client a relay (403)", turn_refuses(403)),
    _refuses("turn-alternate", "turn.refused", "TURN sends the client elsewhere (300)", turn_refuses(300)),
    _warns(
        "turn-none-offered",
        "init.no_ice_servers",
        "the list has a STUN server and no TURN server",
        listed(lambda urls: tuple(url.replace("turn", "stun", 1) for url in urls[:1])),
        check="init",
    ),
    _warns("turn-http", "turn.not_turn", "a web server answers on TURN's TCP and TLS ports", turn_speaks(Speech.HTTP)),
    _warns(
        "turn-eof", "turn.not_turn", "TURN's TCP and TLS ports close at the first request", turn_speaks(Speech.NOTHING)
    ),
    _warns(
        "turn-tls-expired",
        "turn.tls.expired",
        "the certificate on TURN's TLS port expired yesterday",
        turn_certificate(Certificate.EXPIRED),
    ),
    _warns(
        "turn-tls-wrong-name",
        "turn.tls.wrong_name",
        "the certificate on TURN's TLS port is for another host",
        turn_certificate(Certificate.WRONG_NAME),
    ),
    _warns(
        "turn-tls-intercepted",
        "turn.tls.untrusted",
        "a company's proxy shows a certificate of its own on TURN's TLS port",
        turn_certificate(Certificate.INTERCEPTED),
    ),
    _warns(
        "turn-tls-garbage",
        "turn.tls",
        "TURN's TLS port does not speak TLS",
        turn_certificate(Certificate.GARBAGE),
    ),
)
