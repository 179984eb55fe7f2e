"""However a run that joined ends, it is no longer in the room: others would see a peer that nobody is."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from hms_children import Child, Running, plain_environment, started

from hms_doctor.model.room.wish import PEER_NAME
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.crowd import Member

SOON = 5.0
"""Seconds from the signal to the end, farewells and report included; idle, it takes a tenth of that."""


@dataclass
class Guests:
    """Who came into the simulated room, and who is gone again."""

    came: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    names: list[str] = field(default_factory=list)

    def enter(self, member: Member) -> None:
        self.names.append(member.name)
        self.came.set()

    def leave(self, _member: Member) -> None:
        self.gone.set()


@dataclass(frozen=True)
class Visited:
    """A simulator, its guests, and a doctor that has just come into its room."""

    simulator: Simulator
    guests: Guests
    doctor: Running

    @property
    def present(self) -> int:
        return len(self.simulator.ground.crowd.present)


@asynccontextmanager
async def visited(*more: str) -> AsyncIterator[Visited]:
    guests = Guests()
    async with Simulator(Scenario()) as simulator:
        simulator.ground.crowd.came, simulator.ground.crowd.gone = guests.enter, guests.leave
        where = ("--endpoint", simulator.init_endpoint, "--ca-file", str(simulator.ca_file), "--proxy", "none")
        token = ("--token-file", str(simulator.token_files["host"]))
        flags = ("--join", "--deep", "--skip", "devices", "--skip", "ice", "--skip", "local", *more)
        async with started("check", *token, *where, *flags, env=plain_environment()) as doctor:
            async with asyncio.timeout(20):
                await guests.came.wait()
            yield Visited(simulator, guests, doctor)


def listed(findings: object) -> list[dict[str, dict[str, float]]]:
    assert isinstance(findings, list)
    return findings


async def ended(visit: Visited, number: signal.Signals) -> Child:
    """Send a signal and let the program come to its end."""
    clock = asyncio.get_running_loop().time
    began = clock()
    visit.doctor.process.send_signal(number)
    child = await visit.doctor.ended(None, 10.0)
    assert clock() - began < SOON
    return child


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
async def test_who_is_interrupted_leaves_and_tells_what_it_saw(number: signal.Signals) -> None:
    async with visited("--format", "json") as visit:
        assert visit.guests.names == [PEER_NAME]
        child = await ended(visit, number)
        assert visit.guests.gone.is_set()
        assert visit.present == 0
    assert (child.code, child.err) == (130, "")
    assert child.check("signalling.connect")["status"] == "pass"
    assert str(child.report["headline"]) == "We could not tell: the run was interrupted"


async def test_who_is_killed_is_seen_to_be_gone() -> None:
    async with visited() as visit:
        visit.doctor.process.kill()
        async with asyncio.timeout(SOON):
            await visit.guests.gone.wait()
        assert visit.present == 0


async def test_a_deadline_in_the_room_leaves_too() -> None:
    async with visited("--format", "json", "--timeout", "3") as visit:
        child = await visit.doctor.ended(None, 10.0)
        assert visit.present == 0
    [found, *_] = listed(child.check("room.media")["findings"])
    assert found["evidence"]["watched_s"] < 3
    assert isinstance(child.report["duration_ms"], float)
    assert child.report["duration_ms"] < 3300
