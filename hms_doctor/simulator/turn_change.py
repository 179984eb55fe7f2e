"""The ways in which faults and benign changes change the simulated STUN and TURN server."""

from collections.abc import Callable
from dataclasses import replace

from hms_doctor.model.settings import MediaProof
from hms_doctor.simulator.change import Change, named, together
from hms_doctor.simulator.scenario import (
    TURN_NAME,
    Certificate,
    DnsAnswer,
    Listener,
    Relaying,
    Speech,
    TlsScript,
    TurnLogin,
    TurnScript,
    UdpPort,
)


def _turn(change: Callable[[TurnScript], TurnScript]) -> Change:
    return lambda scenario: replace(scenario, turn=change(scenario.turn))


def turn_udp(kind: UdpPort) -> Change:
    """Put something else behind both UDP ports."""
    return _turn(lambda script: replace(script, udp=kind))


def turn_streams(listener: Listener) -> Change:
    """Put something else behind the TCP and TLS ports."""
    return _turn(
        lambda script: replace(
            script, tcp=replace(script.tcp, listener=listener), tls=replace(script.tls, listener=listener)
        )
    )


def turn_speaks(speech: Speech) -> Change:
    """Let the TCP and TLS ports speak something else."""
    return _turn(lambda script: replace(script, speech=speech))


def turn_tls(port: TlsScript) -> Change:
    """Let the TLS port be another one."""
    return _turn(lambda script: replace(script, tls=port))


def turn_certificate(certificate: Certificate) -> Change:
    """Show another certificate on the TLS port."""
    return _turn(lambda script: replace(script, tls=replace(script.tls, certificate=certificate)))


def turn_login(login: TurnLogin) -> Change:
    """List other credentials."""
    return _turn(lambda script: replace(script, login=login))


def turn_refuses(word: int) -> Change:
    """Refuse every allocation with this error code."""
    return _turn(lambda script: replace(script, word=word))


def turn_forbids_peers() -> Change:
    """Refuse permissions and channels."""
    return _turn(lambda script: replace(script, permission=403))


def turn_relays(relaying: Relaying) -> Change:
    """Do something else with packets for a peer."""
    return _turn(lambda script: replace(script, relaying=relaying))


def turn_tires(relaying: Relaying) -> Change:
    """Carry packets for a while, which only a doctor that looks long enough meets."""
    return together(turn_relays(relaying), lambda scenario: replace(scenario, media=MediaProof.LOOP))


def turn_quota(most: int) -> Change:
    """Lend no more relays than this at a time."""
    return _turn(lambda script: replace(script, most_allocations=most))


def turn_mute(*methods: str) -> Change:
    """Leave requests of these methods unanswered."""
    return _turn(lambda script: replace(script, mute=script.mute | frozenset(methods)))


def turn_waits(seconds: float) -> Change:
    """Let every answer take its time."""
    return _turn(lambda script: replace(script, delay=seconds))


def listed(reshape: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Change:
    """Change the list of URLs."""
    return _turn(lambda script: replace(script, reshape=lambda urls: reshape(script.reshape(urls))))


def turn_named(answer: DnsAnswer) -> Change:
    """List the server by a name in place of the address, and let the name be answered like this."""
    return together(_turn(lambda script: replace(script, host=TURN_NAME)), named(TURN_NAME, answer))
