"""A peer's subscribe connection on the media server's side: the server offers what the others publish."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hms_doctor.model.json import JsonValue
from hms_doctor.simulator.room.gate import Gate
from hms_doctor.simulator.room.ice import IceAgent
from hms_doctor.simulator.room.link import Link
from hms_doctor.simulator.room.publication import Change, Publication
from hms_doctor.simulator.room.sdp_reading import read
from hms_doctor.simulator.room.sdp_writing import PAYLOAD_TYPES, Line, write

if TYPE_CHECKING:
    from aiortc.rtp import AnyRtcpPacket, RtpPacket

CHANNEL_MID: Final = "0"


@dataclass
class _Slot:
    """One section of the description; it stays when its track goes (RFC 9429, 5.2.2)."""

    mid: str
    publication: Publication
    live: bool = True


class Subscriber:
    """The connection; ``push_offer`` sends a description to the client."""

    def __init__(self, agent: IceAgent, gate: Gate, push_offer: Callable[[str], None]) -> None:
        self.link = Link(agent, gate, self, answer_channel)
        self._push_offer = push_offer
        self._slots: list[_Slot] = []
        self._first = False
        self._awaits_answer = False
        self._changed = False

    @classmethod
    async def open(cls, gate: Gate, host: str, push_offer: Callable[[str], None]) -> "Subscriber":
        """Open the socket on this host; raises OSError."""
        return cls(await IceAgent.listen(gate, host, controlling=True), gate, push_offer)

    def begin(self, publications: tuple[Publication, ...]) -> None:
        """Make the first offer, with these tracks."""
        self._slots = [_Slot(str(number), publication) for number, publication in enumerate(publications, 1)]
        self._first = True
        self.link.open_channel()
        self.offer()

    def again(self) -> None:
        """Make the offer again whose answer never came, since the websocket was lost."""
        if self._awaits_answer:
            self._awaits_answer = False
            self._first = not self.link.stands
            self.offer()

    def change(self, publication: Publication, change: Change) -> None:
        """Offer one track more or less, at once or after the answer that is awaited."""
        match change:
            case Change.CAME:
                self._slots.append(_Slot(str(len(self._slots) + 1), publication))
            case Change.GONE:
                publication.sinks.discard(self)
                for slot in self._slots:
                    slot.live = slot.live and slot.publication is not publication
        self.offer()

    def offer(self) -> None:
        """Send a description of what is there now; after the first one only once the connection stands.

        Nothing could pass before, and aiortc's clients never hear a track that was offered before DTLS was done.
        """
        if self._awaits_answer or not (self.link.stands or self._first):
            self._changed = True
            return
        self._awaits_answer, self._changed, self._first = True, False, False
        self._push_offer(self.describe())

    def describe(self) -> str:
        """Give the description."""
        lines = [Line("application", CHANNEL_MID), *(_line(slot) for slot in self._slots)]
        return write(self.link.ours("actpass"), tuple(lines), self.link.next_version())

    def answered(self, text: str) -> None:
        """Take the client's answer; raises UnreadableError."""
        theirs = read(text)
        self._awaits_answer = False
        self.link.meet(theirs, client=theirs.setup == "passive")
        taken = {section.mid for section in theirs.sections if section.direction in {"recvonly", "sendrecv"}}
        for slot in self._slots:
            if slot.live and slot.mid in taken and self not in slot.publication.sinks:
                slot.publication.send_to(self)
                if self.link.stands:
                    slot.publication.wants_keyframe()
        if self._changed:
            self.offer()

    def stands(self) -> None:
        """Ask for pictures that can be shown, and offer what came meanwhile."""
        for slot in self._slots:
            if slot.live:
                slot.publication.wants_keyframe()
        if self._changed:
            self.offer()

    def send(self, data: bytes, *, rtcp: bool = False) -> None:
        """Send one packet of a track."""
        self.link.send(data, rtcp=rtcp)

    def hear_rtp(self, packet: "RtpPacket") -> None:
        """Nothing is expected from here."""

    def hear_rtcp(self, packet: "AnyRtcpPacket") -> None:
        """Ask the owner of a picture that cannot be shown for a whole one."""
        from aiortc.rtp import RTCP_PSFB_FIR, RTCP_PSFB_PLI, RtcpPsfbPacket

        if isinstance(packet, RtcpPsfbPacket) and packet.fmt in {RTCP_PSFB_PLI, RTCP_PSFB_FIR}:
            for slot in self._slots:
                if slot.live and packet.media_ssrc in {slot.publication.ssrc, 0}:
                    slot.publication.wants_keyframe()

    async def aclose(self) -> None:
        """Close the connection."""
        for slot in self._slots:
            slot.publication.sinks.discard(self)
        await self.link.aclose()


def _line(slot: _Slot) -> Line:
    publication = slot.publication
    if not slot.live:
        return Line(publication.kind, slot.mid, "inactive", PAYLOAD_TYPES[publication.kind])
    return Line(publication.kind, slot.mid, "sendonly", PAYLOAD_TYPES[publication.kind], publication.source)


def answer_channel(text: str) -> str:
    """Grant what the SDK asks on the data channel: which layer of a picture, which sound (connection/subscribe)."""
    try:
        asked: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    match asked:
        case {"id": str(number), "method": str()}:
            return json.dumps({"id": number, "jsonrpc": "2.0", "result": {}})
        case _:
            return ""
