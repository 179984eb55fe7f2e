"""A steered simulator with a clock that a test turns by hand."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field

from hms_doctor.cli.simulate_plan import find_part, look_up
from hms_doctor.simulator import Simulator
from hms_doctor.simulator.crowd import Member
from hms_doctor.simulator.steering import Steering
from hms_doctor.simulator.steering_parts import Reply
from hms_doctor.simulator.steering_words import read_line

NOON = 1_800_000_000.0  # 08:00:00 UTC on 15 January 2027


@dataclass
class HandTurned:
    """Timers that fire while the hand is turned, in the order of their moments."""

    at: float = NOON
    waiting: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def later(self, seconds: float, act: Callable[[], None]) -> Callable[[], None]:
        entry = (self.at + seconds, act)
        self.waiting.append(entry)

        def cancel() -> None:
            if entry in self.waiting:
                self.waiting.remove(entry)

        return cancel

    def turn(self, seconds: float) -> None:
        end = self.at + seconds
        while due := [entry for entry in self.waiting if entry[0] <= end]:
            first = min(due, key=lambda entry: entry[0])
            self.waiting.remove(first)
            self.at = first[0]
            first[1]()
        self.at = end


@dataclass
class Stage:
    simulator: Simulator
    steering: Steering
    clock: HandTurned
    told: list[str]

    def say(self, line: str) -> Reply:
        return self.steering.hear(read_line(line))

    def turn(self, seconds: float) -> None:
        self.clock.turn(seconds)

    def plays(self, peer: str = "") -> str:
        """The name of the fault in force for everyone, or for a peer by name or id; "?" where it has no name."""
        ground = self.simulator.ground
        scenario = ground.scenario_for(peer) if peer else ground.scenario
        names = [part.name for part in (find_part("healthy"), *self.steering.parts()) if part.scenario is scenario]
        return names[0] if names else "?"

    def enter(self, name: str, peer_id: str = "") -> None:
        member = Member(peer_id=peer_id or f"id-of-{name}", name=name, role="host")
        self.simulator.ground.crowd.enter(member)

    def leave(self, name: str) -> None:
        self.simulator.ground.crowd.leave(f"id-of-{name}")


@asynccontextmanager
async def staged(first: str = "healthy") -> AsyncIterator[Stage]:
    part, clock, told = find_part(first), HandTurned(), list[str]()
    async with Simulator(part.scenario) as simulator:
        steering = Steering(simulator, part, look_up, timers=clock, tell=told.append, trust=("trust it",))
        with closing(steering):
            yield Stage(simulator, steering, clock, told)
        assert clock.waiting == []
