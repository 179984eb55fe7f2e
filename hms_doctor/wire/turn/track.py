"""A way for packets through a relay and back to us."""

from abc import ABC, abstractmethod
from typing import ClassVar

from hms_doctor.model.failure import Failure
from hms_doctor.model.ice.relays import Proof
from hms_doctor.wire.stun.framing import OUR_CHANNEL, NotStun, as_channel_data, channel_data
from hms_doctor.wire.turn.line import Arrival, Line, Packet


class Track(ABC):
    """Sends packets through a relay and gives those that came back; what they hold is not looked at."""

    proof: ClassVar[Proof]
    is_stream = False
    """Nothing is lost on a stream, it is late; and its end is the end."""

    @abstractmethod
    def send(self, payload: bytes) -> None:
        """Send through the relay, without waiting."""

    @abstractmethod
    async def receive(self) -> Arrival:
        """Wait for the payload of a packet that came through the relay, or for the line's end."""


class Hairpin(Track):
    """The relay's own address is the peer: what goes up comes down, over the same line."""

    proof = Proof.HAIRPIN

    def __init__(self, line: Line) -> None:
        self._line = line
        self.is_stream = not line.resent_after

    def send(self, payload: bytes) -> None:
        """Send to the relay's own address."""
        self._line.send(channel_data(payload, OUR_CHANNEL))

    async def receive(self) -> Arrival:
        """Wait for what the relay sent to itself."""
        while True:
            arrival = await self._line.receive()
            if isinstance(arrival, Failure):
                return arrival
            data = as_channel_data(arrival.data, OUR_CHANNEL)
            if not isinstance(data, NotStun):
                return Packet(data=data.payload, at=arrival.at)
