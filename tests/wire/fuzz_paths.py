"""More of what a fuzzer feeds: NAT discovery, connectivity checks, and voice and load on paths of ill will."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from fuzzed_talks import Server, Tape, hurried

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.nat import Endpoint
from hms_doctor.wire.media.load import Climb, run_load
from hms_doctor.wire.media.loop import Died, Pace, run_loop
from hms_doctor.wire.nat.talk import NatTalk
from hms_doctor.wire.stun.message import SocketAddress
from hms_doctor.wire.turn.connectivity import Answered, Asked, NotOurs, pair
from hms_doctor.wire.turn.line import Arrival, Packet
from hms_doctor.wire.turn.meeting import _indicated
from hms_doctor.wire.turn.track import Track

_HOSTS: Final = ("192.0.2.1", "192.0.2.2", "192.0.2.3")
_PORTS: Final = (3478, 3479, 0, 65535)
_PEER: Final = SocketAddress(ip="192.0.2.7", port=50000)


def discover(data: bytes) -> None:
    """Talk to servers about NAT; each answers as the tape says, from where the tape says."""
    tape = Tape(data)
    servers = {ip: Server(tape) for ip in _HOSTS}
    talk, now = NatTalk([Endpoint(ip=ip, port=3478) for ip in _HOSTS[:2]]), 0.0
    for _round in range(60):
        asked = list(talk.due(now))
        for out in asked:
            assert out.socket < talk.sockets
            for answer in servers.get(out.to.ip, servers[_HOSTS[0]]).answers(out.data):
                origin = Endpoint(ip=_HOSTS[tape.pick(3)], port=_PORTS[tape.pick(4)]) if tape.pick(4) == 1 else out.to
                talk.hear(tape.pick(talk.sockets) if tape.pick(8) == 1 else out.socket, answer, origin, now + 0.05)
        now += 0.1
        if talk.is_over or (not talk.sightings and now > 1):
            break
    assert talk.is_over or not talk.sightings, "it asks for ever"
    assert len(talk.sightings) <= 2 + 3, "a stranger makes us send to many"
    assert talk.filters or not talk.sightings


def check_ends(data: bytes) -> None:
    """Let both ends of a pair hear any bytes, and checks and answers of each other's with some bytes changed."""
    tape, (near, far) = Tape(data[:8]), pair()
    for end, other in ((near, far), (far, near)):
        assert isinstance(end.hear(data[8:], _PEER), Asked | Answered | NotOurs)
        _transaction, check = other.check()
        heard = end.hear(check, _PEER)
        assert isinstance(heard, Asked)
        for whole in (check, heard.answer):
            changed = bytearray(whole)
            # Not the last 8 bytes, the FINGERPRINT: what follows the signature says nothing.
            changed[tape.pick(256) % (len(whole) - 8)] ^= 1 + tape.pick(255)
            assert not isinstance(end.hear(bytes(changed), _PEER), Asked), "a changed check is believed"
            assert not isinstance(other.hear(bytes(changed), _PEER), Answered), "a changed answer is believed"
        assert isinstance(other.hear(heard.answer, _PEER), Answered)
    source, payload = _indicated(data, _PEER)
    assert payload in data
    assert source.port < 65536


class FuzzedTrack(Track):
    """A path that returns packets, changes them, makes some up, or ends."""

    def __init__(self, tape: Tape, *, is_stream: bool) -> None:
        self.is_stream = is_stream
        self._tape = tape
        self._arrived: asyncio.Queue[Arrival] = asyncio.Queue()

    def send(self, payload: bytes) -> None:
        loop = asyncio.get_running_loop()
        for _copy in range((1, 1, 0, 2)[self._tape.pick(4)]):
            delay = (0.05, 0.05, 0.001, 0.4, 3.0)[self._tape.pick(5)]
            loop.call_later(delay, self._arrive, self._changed(payload))
        if self._tape.pick(64) == 1:
            self._arrived.put_nowait(Failure(operation=Operation.BINDING, kind=Kind.RESET))

    def _changed(self, payload: bytes) -> bytes:
        match self._tape.pick(8):
            case 1:
                return self._tape.octets()
            case 2:
                return payload[: self._tape.pick(256)]
            case 3:
                return payload + self._tape.octets()
            case 4:
                head = bytearray(payload)
                head[self._tape.pick(12) % len(head)] ^= 1 + self._tape.pick(255)
                return bytes(head)
            case _:
                return payload

    def _arrive(self, data: bytes) -> None:
        self._arrived.put_nowait(Packet(data=data, at=asyncio.get_running_loop().time()))

    async def receive(self) -> Arrival:
        return await self._arrived.get()


def speak(data: bytes) -> None:
    """Send voice on such a path."""

    async def spoken(_ctx: Context) -> None:
        tape = Tape(data)
        run = await run_loop(FuzzedTrack(tape, is_stream=bool(tape.pick(2))), Pace(packets=30))
        loop = run.loop if isinstance(run, Died) else run
        assert len(loop.left_at) <= 30
        assert all(0 <= echo.number < len(loop.left_at) for echo in loop.echoes)

    hurried(spoken)


def load_it(data: bytes) -> None:
    """Load such a path."""

    async def loaded(_ctx: Context) -> None:
        tape = Tape(data)
        climb = Climb(rates=(100_000, 300_000), lasts=1.0)
        steps = await run_load(FuzzedTrack(tape, is_stream=bool(tape.pick(2))), 0.05, climb)
        assert steps
        assert all(0 <= step.came_back_bytes <= step.sent_bytes for step in steps)

    hurried(loaded)


PATH_TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    "nat": discover,
    "checks": check_ends,
    "voice": speak,
    "load": load_it,
}
