"""What a proof sends, and how long it takes: counted in round trips, on a clock that hurries."""

import asyncio
import time
from collections.abc import Callable, Iterable

import pytest
from fuzzed_talks import hurried
from ice_helpers import challenge, context, error, granted, is_signed, message_in, relayed, reply

from hms_doctor.model.check import Context
from hms_doctor.model.ice.relays import Allocated, Proof, Proven, RelayOutcome, Stage
from hms_doctor.model.secret import Secret
from hms_doctor.wire.stun.message import Class, Method
from hms_doctor.wire.turn.line import Arrival, Line, Packet
from hms_doctor.wire.turn.proof import CHECKS, prove
from hms_doctor.wire.turn.relay import Relay
from hms_doctor.wire.turn.session import Session
from hms_doctor.wire.turn.talk import Login, Talk

RTT = 0.05


class FarServer(Line):
    """A TURN server at the end of a road, and what it was sent."""

    resent_after = (0.25, 0.75, 1.5)

    def __init__(self, loses: Callable[[int], bool] = lambda _number: False, *, forbids: bool = False) -> None:
        self.frames: list[bytes] = []
        self._loses, self._forbids = loses, forbids
        self._arrived: asyncio.Queue[Arrival] = asyncio.Queue()
        self.carried = 0
        self.closed = False

    def send(self, data: bytes) -> None:
        self.frames.append(data)
        for answer in self._answers(data):
            asyncio.get_running_loop().call_later(RTT, self._arrive, answer)

    def _answers(self, data: bytes) -> Iterable[bytes]:
        if data[0] >> 6:
            self.carried += 1
            return () if self._loses(self.carried - 1) else (data,)
        if not is_signed(data):
            return (challenge(data),)
        if self._forbids and message_in(data).method == Method.CHANNEL_BIND:
            return (reply(data, Class.ERROR, error(403, "Forbidden IP")),)
        return (granted(data, relayed(data)),)

    def _arrive(self, data: bytes) -> None:
        self._arrived.put_nowait(Packet(data=data, at=asyncio.get_running_loop().time()))

    async def receive(self) -> Arrival:
        return await self._arrived.get()

    async def aclose(self) -> None:
        self.closed = True


def proven(server: FarServer) -> tuple[RelayOutcome, float]:
    """Prove a relay; give the outcome and the seconds until it was there."""

    async def work(ctx: Context) -> tuple[RelayOutcome, float]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        relay = Relay(Session(ctx, server, Talk(Login(username="hms", credential=Secret("pass")))), Stage.REACH, {})
        try:
            return await prove(relay, ()), loop.time() - began
        finally:
            await relay.part()

    return hurried(work)


def test_a_proof_over_udp_takes_four_round_trips_and_a_handful_of_packets() -> None:
    server = FarServer()
    outcome, lasted = proven(server)
    assert isinstance(outcome, Proven)
    assert outcome.rtts_ms == pytest.approx([1000 * RTT] * CHECKS)
    assert outcome.proof is Proof.HAIRPIN
    assert 4 * RTT <= lasted <= 4 * RTT + 0.025
    assert server.carried == 2 * CHECKS, "every check is answered, and the answer goes through the relay too"


def test_the_relay_is_given_back_beside_the_proof() -> None:
    server = FarServer()
    proven(server)
    last = [message_in(frame) for frame in server.frames if not frame[0] >> 6][-1]
    assert last.method == Method.REFRESH
    assert server.closed


@pytest.mark.parametrize("lost", [{0}, {4}, {0, 1, 2, 3}])
def test_one_check_proves_a_relay(lost: set[int]) -> None:
    outcome, lasted = proven(FarServer(lambda number: number in lost))
    assert isinstance(outcome, Proven)
    assert (outcome.sent, len(outcome.rtts_ms)) == (CHECKS, CHECKS - len(lost))
    assert lasted <= 5 * RTT + 0.03


def test_a_relay_that_carries_nothing_is_waited_for() -> None:
    outcome, lasted = proven(FarServer(lambda _number: True))
    assert outcome == Allocated(stage=Stage.ECHO, why="no packet came back in 0.45 s")
    assert lasted == pytest.approx(3 * RTT + 0.45, abs=0.03)


async def test_what_came_while_we_stood_still_counts() -> None:
    server = FarServer()
    async with context() as ctx:
        relay = Relay(Session(ctx, server, Talk(Login(username="hms", credential=Secret("pass")))), Stage.REACH, {})
        asyncio.get_running_loop().call_later(3.5 * RTT, time.sleep, 0.7)
        assert isinstance(await prove(relay, ()), Proven)
        await relay.part()


def test_a_forbidden_peer_is_told_at_once_where_no_door_is_known() -> None:
    outcome, lasted = proven(FarServer(forbids=True))
    assert outcome == Allocated(stage=Stage.PERMISSION, why="403 Forbidden IP")
    assert lasted == pytest.approx(3 * RTT)
