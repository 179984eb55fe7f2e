"""The ways in which faults and benign changes change a scenario; each leaves alone what it is not about."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.simulator.answers import Framing, InitAnswer, Judge
from hms_doctor.simulator.scenario import (
    Certificate,
    DnsAnswer,
    Listener,
    PortalScript,
    Scenario,
    SignallingScript,
    TlsScript,
    Upgrade,
)
from hms_doctor.simulator.steps import Step

Change: TypeAlias = Callable[[Scenario], Scenario]
Reshape: TypeAlias = Callable[[JsonObject], JsonObject]


def together(*changes: Change) -> Change:
    """Make one change of several, from the first to the last."""

    def apply(scenario: Scenario) -> Scenario:
        for change in changes:
            scenario = change(scenario)
        return scenario

    return apply


def named(host: str, answer: DnsAnswer) -> Change:
    """Let a name be answered like this."""
    return lambda scenario: replace(scenario, dns=replace(scenario.dns, answers={**scenario.dns.answers, host: answer}))


def init_at(host: str) -> Change:
    """Announce the init endpoint under a name in place of the address."""
    return lambda scenario: replace(scenario, host=host)


def endpoint(template: str) -> Change:
    """Announce another init endpoint; ``{host}`` and ``{port}`` are filled in."""
    return lambda scenario: replace(scenario, endpoint=template)


def init_port(listener: Listener) -> Change:
    """Put something else behind init's port."""
    return lambda scenario: replace(scenario, tls=replace(scenario.tls, listener=listener))


def init_certificate(certificate: Certificate) -> Change:
    """Show another certificate on init's port."""
    return lambda scenario: replace(scenario, tls=replace(scenario.tls, certificate=certificate))


def newest_tls(version: str) -> Change:
    """Let init's port speak nothing newer."""
    return lambda scenario: replace(scenario, tls=replace(scenario.tls, newest=version))


def init_says(answer: InitAnswer) -> Change:
    """Let init say something else."""
    return lambda scenario: replace(scenario, init=replace(scenario.init, answer=answer))


def init_waits(seconds: float) -> Change:
    """Let init take its time."""
    return lambda scenario: replace(scenario, init=replace(scenario.init, delay=seconds))


def framed(framing: Framing) -> Change:
    """Lay the answers of HTTP on the wire in another way."""
    return lambda scenario: replace(scenario, init=replace(scenario.init, framing=framing))


def configured(reshape: Reshape) -> Change:
    """Change the configuration that init gives for a good token; whatever else init was told to say stays."""

    def apply(scenario: Scenario) -> Scenario:
        match scenario.init.answer:
            case Judge(reshape=before):
                return init_says(Judge(reshape=lambda told: reshape(before(told))))(scenario)
            case _:
                return scenario

    return apply


def minted(reshape: Reshape) -> Change:
    """Change the claims of the tokens handed out."""

    def apply(scenario: Scenario) -> Scenario:
        before = scenario.token.reshape
        return replace(scenario, token=replace(scenario.token, reshape=lambda claims: reshape(before(claims))))

    return apply


def mangled(mangle: Callable[[str], str]) -> Change:
    """Change the text of the tokens handed out."""

    def apply(scenario: Scenario) -> Scenario:
        before = scenario.token.mangle
        return replace(scenario, token=replace(scenario.token, mangle=lambda token: mangle(before(token))))

    return apply


def _signalling(change: Callable[[SignallingScript], SignallingScript]) -> Change:
    return lambda scenario: replace(scenario, signalling=change(scenario.signalling))


def signalling_at(host: str) -> Change:
    """Let init name signalling by a name in place of the address."""
    return _signalling(lambda script: replace(script, host=host))


def signalling_port(port: TlsScript) -> Change:
    """Serve signalling on a port of its own."""
    return _signalling(lambda script: replace(script, port=port))


def upgrade(answer: Upgrade) -> Change:
    """Answer the request for a websocket in another way."""
    return _signalling(lambda script: replace(script, upgrade=answer))


def opening(*steps: Step) -> Change:
    """Begin the websocket in another way."""
    return _signalling(lambda script: replace(script, opening=steps))


def without_pongs() -> Change:
    """Leave pings unanswered."""
    return _signalling(lambda script: replace(script, pongs=False))


def portal(script: PortalScript) -> Change:
    """Answer plain HTTP in another way."""
    return lambda scenario: replace(scenario, portal=script)


def server_ahead(seconds: float) -> Change:
    """Set the server's clock ahead of this machine's, or behind it."""
    return lambda scenario: replace(scenario, clock_offset=seconds)


def having(**members: JsonValue) -> Reshape:
    """Add or replace members of a JSON object."""
    return lambda told: {**told, **members}


def lacking(*names: str) -> Reshape:
    """Take members out of a JSON object."""
    return lambda told: {name: value for name, value in told.items() if name not in names}


def inside(name: str, reshape: Reshape) -> Reshape:
    """Change the object that one member holds."""

    def apply(told: JsonObject) -> JsonObject:
        member = told.get(name)
        return {**told, name: reshape(member)} if isinstance(member, Mapping) else told

    return apply
