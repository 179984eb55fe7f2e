"""What is played now, to everyone or to one peer, and the change of it while the simulator runs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.crowd import Crowd
from hms_doctor.simulator.scenario import Scenario, UdpPort


@dataclass(frozen=True, kw_only=True)
class Everyone:
    """Every peer, those too that something of their own was played to."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """The peers with this name or this peer id, in the room or to come."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Others:
    """Every peer of whom nothing else was said: what is played to single ones stays."""


Peers: TypeAlias = Everyone | Others | Named
_A_DAY: Final = 86400.0  # a server certificate is valid from a day before the start
OnSwitch: TypeAlias = Callable[[Peers], None]


class NeedsRestartError(Exception):
    """What is to be played differs from what was started in things that are settled at the start."""

    def __init__(self, settled: tuple[str, ...]) -> None:
        super().__init__(f"{' and '.join(settled)} cannot be changed while the simulator runs")
        self.settled = settled


class Playing:
    """The scenarios in force; those who act on live connections are called after each change."""

    def __init__(self, scenario: Scenario, crowd: Crowd) -> None:
        self.everyones = scenario
        self._started = scenario
        self._named: dict[str, Scenario] = {}
        self._crowd = crowd
        self._listeners: dict[object, OnSwitch] = {}

    def to(self, peer: str) -> Scenario:
        """Give what is played to the peer of this name or peer id."""
        own = self._named.get(peer) or self._named.get(self._crowd.name_of(peer))
        return own or self.everyones

    @property
    def named(self) -> Mapping[str, Scenario]:
        """What is played to single peers, by name or peer id."""
        return dict(self._named)

    def switch(self, scenario: Scenario, peers: Peers) -> None:
        """Play something else from now on; raises NeedsRestartError, nothing changed, where that needs a new start."""
        if settled := self.settled(scenario):
            raise NeedsRestartError(settled)
        match peers:
            case Everyone():
                self.everyones = scenario
                self._named.clear()
            case Others():
                self.everyones = scenario
            case Named(name=name):
                self._named[name] = scenario
        self._announce(peers)

    def release(self, peers: Named) -> None:
        """Play to the peers of this name what everyone gets."""
        if self._named.pop(peers.name, None):
            self._announce(peers)

    def settled(self, scenario: Scenario) -> tuple[str, ...]:
        """Give what differs from the first scenario and cannot be changed any more; empty where it can be played."""
        return tuple(_differing(_settled(self._started), _settled(scenario)))

    def _announce(self, peers: Peers) -> None:
        for listener in tuple(self._listeners.values()):
            listener(peers)

    def on_switch(self, listener: OnSwitch) -> Callable[[], None]:
        """Call this after each switch, at once and in the loop's thread; gives what takes it off again."""
        key = object()
        self._listeners[key] = listener

        def take_off() -> None:
            self._listeners.pop(key, None)

        return take_off


def _settled(scenario: Scenario) -> Mapping[str, object]:
    """Give what is settled once the ports are open and the tokens are handed out, in words."""
    turn = scenario.turn
    return {
        "the announced endpoint": (scenario.endpoint, scenario.host),
        "init's port": scenario.tls,
        "signalling's port": scenario.signalling.port,
        "the STUN and TURN ports": (turn.udp is UdpPort.REFUSED, turn.tcp, turn.tls),
        "the tokens": scenario.token,
        "the certificates' times": scenario.clock_offset if abs(scenario.clock_offset) >= _A_DAY else 0.0,
        "this machine": scenario.machine,
    }


def shared_by_all(scenario: Scenario) -> tuple[str, ...]:
    """Give what a scenario changes in parts that do not know which peer they serve; empty where one can meet it."""
    return tuple(_differing(_shared(Scenario()), _shared(scenario)))


def _shared(scenario: Scenario) -> Mapping[str, object]:
    return {
        "the name server": (scenario.dns, scenario.signalling.host),
        "TURN": scenario.turn,
        "plain HTTP": scenario.portal,
        "the server's clock": scenario.clock_offset,
    }


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    for what, value in before.items():
        if after[what] != value:
            yield what
