"""The room: who is in it, who is told of whom, whose tracks are passed on to whom."""

import asyncio
import time
import uuid
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

from hms_doctor.model.json import JsonObject
from hms_doctor.simulator.crowd import Member
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.room import notices
from hms_doctor.simulator.room.address import media_address
from hms_doctor.simulator.room.gate import Gate
from hms_doctor.simulator.room.occupant import Occupant
from hms_doctor.simulator.room.offering import push_offer
from hms_doctor.simulator.room.script import Listing, Other, Path, RoomScript
from hms_doctor.simulator.room.store import Store
from hms_doctor.simulator.room.synthetic import Synthetics

if TYPE_CHECKING:
    from hms_doctor.simulator.room.publication import Change, Publication

QUALITY_EVERY: Final = 5.0
"""Seconds between two reports of everybody's connection quality."""
_SCORES: Final = {Path.OPEN: 5, Path.LOSSY: 2}


class Room:
    """One room for as long as the simulator runs; nothing in it starts before somebody joins."""

    def __init__(self, ground: Ground, room_id: str) -> None:
        self.ground = ground
        self.room_id = room_id
        self.session_id = uuid.uuid4().hex[:24]
        self.started_at = int(time.time() * 1000)
        self.store = Store()
        self._occupants: dict[str, Occupant] = {}
        self._synthetics = Synthetics(self)
        self._closing: set[asyncio.Task[None]] = set()
        self._quality: asyncio.Task[None] | None = None

    def script(self, peer_id: str) -> RoomScript:
        """Give what is played to this peer now."""
        return self.ground.scenario_for(peer_id).room

    def occupant(self, peer_id: str) -> Occupant | None:
        """Give who is in the room under this id."""
        return self._occupants.get(peer_id)

    @property
    def occupants(self) -> tuple[Occupant, ...]:
        """Everybody, in the order in which they came."""
        return tuple(self._occupants.values())

    def others(self, peer_id: str) -> tuple[Occupant, ...]:
        """Everybody but this one."""
        return tuple(occupant for occupant in self.occupants if occupant.peer_id != peer_id)

    def state(self, newcomer: Occupant) -> JsonObject:
        """Give ``room-state`` for one who has not joined yet."""
        script = self.script(newcomer.peer_id)
        self._synthetics.fit(script.others)
        listed = (*self.occupants, newcomer) if script.listing is Listing.NEWCOMER_TOO else self.occupants
        told = notices.peers(listed, tracks=False)
        return {"peer_count": len(told), "room": self._about(), "peers": told}

    def repeople(self, others: tuple[Other, ...]) -> None:
        """Let exactly these synthetic peers be in the room."""
        self._synthetics.clear(others)
        if any(occupant.line for occupant in self.occupants):
            self._synthetics.fit(others)

    def peer_list(self, peer_id: str) -> JsonObject:
        """Give ``peer-list`` for one who is in the room."""
        return {"peers": notices.peers(self.others(peer_id)), "room": self._about()}

    def _about(self) -> JsonObject:
        return notices.room(self.room_id, self.session_id, self.started_at)

    def tell(self, occupants: tuple[Occupant, ...], method: str, params: JsonObject) -> None:
        """Push a notification to these."""
        for occupant in occupants:
            if occupant.line:
                occupant.line.push(method, params)

    def enter(self, occupant: Occupant) -> None:
        """Put somebody into the room, tell the others of them, and them of the others."""
        self._occupants[occupant.peer_id] = occupant
        self.ground.crowd.enter(Member(peer_id=occupant.peer_id, name=occupant.name, role=occupant.role))
        self.tell(self.others(occupant.peer_id), "on-peer-join", notices.peer(occupant))
        if not occupant.line:
            return
        if self._quality is None or self._quality.done() or self._quality.cancelling():
            self._quality = asyncio.create_task(self._tell_quality())
        self._synthetics.fit(self.script(occupant.peer_id).others)
        self.tell((occupant,), "peer-list", self.peer_list(occupant.peer_id))
        if occupant.subscriber:
            heard = (track for other in self.others(occupant.peer_id) for track in other.publications.values())
            occupant.subscriber.begin(tuple(heard))
        self._tell_size()

    def leave(self, occupant: Occupant) -> None:
        """Take somebody out, tell the others, and close what there was; more than once does no harm."""
        if self._occupants.get(occupant.peer_id) is not occupant:
            return
        self._withdraw(occupant)
        del self._occupants[occupant.peer_id]
        self.ground.crowd.leave(occupant.peer_id)
        self.tell(self.occupants, "on-peer-leave", notices.peer(occupant))
        self._tell_size()
        if self._quality and not any(present.line for present in self.occupants):
            self._quality.cancel()
        closing = asyncio.create_task(occupant.aclose())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    def _withdraw(self, occupant: Occupant) -> None:
        if occupant.publications:
            from hms_doctor.simulator.room.publication import Change

            for publication in tuple(occupant.publications.values()):
                self.changed(occupant, publication, Change.GONE)

    def changed(self, owner: Occupant, publication: "Publication", change: "Change") -> None:
        """Tell everybody else of a track that came or went, and pass it on or no more."""
        others = self.others(owner.peer_id)
        self.tell(others, change.value, notices.tracks(owner, (publication,)))
        for other in others:
            if other.subscriber:
                other.subscriber.change(publication, change)

    async def connect(self, occupant: Occupant, offer: str) -> str:
        """Open both connections of one who joins with this offer, and give the answer.

        Raises OSError, UnreadableError, and ImportError where aiortc is not there; nothing is open then.
        """
        await asyncio.to_thread(import_module, "aiortc")  # it takes a second, in which others are not kept waiting
        from hms_doctor.simulator.room.publishing import Publisher
        from hms_doctor.simulator.room.subscribing import Subscriber

        host, peer_id = media_address(self.ground.bind), occupant.peer_id
        try:
            gate = self._gate(peer_id, lambda script: script.publish)
            occupant.publisher = await Publisher.open(
                gate, host, peer_id, lambda track, change: self.changed(occupant, track, change)
            )
            gate = self._gate(peer_id, lambda script: script.subscribe)
            occupant.subscriber = await Subscriber.open(gate, host, lambda sdp: self._offer(occupant, sdp))
            return occupant.publisher.answer(offer, {})
        except BaseException:
            await occupant.aclose()
            raise

    def _gate(self, peer_id: str, path: Callable[[RoomScript], Path]) -> Gate:
        return Gate(lambda: self.script(peer_id), path, self.ground.bind)

    def _offer(self, occupant: Occupant, sdp: str) -> None:
        if occupant.line and occupant.subscriber:
            push_offer(occupant.line, self.script(occupant.peer_id).offer, sdp, occupant.subscriber.link.candidate)

    def _tell_size(self) -> None:
        tracks = sum(len(occupant.publications) for occupant in self.occupants)
        size = {"peer_count": len(self._occupants), "track_count": tracks}
        self.tell(self.occupants, "session-info", {"session_id": self.session_id, "room_id": self.room_id, **size})

    async def _tell_quality(self) -> None:
        while True:
            await asyncio.sleep(QUALITY_EVERY)
            scores = [notices.quality(told, self._score(told)) for told in self.occupants]
            self.tell(self.occupants, "on-connection-quality-update", {"peers": scores})

    def _score(self, occupant: Occupant) -> int:
        return _SCORES.get(self.script(occupant.peer_id).subscribe, 0)

    async def aclose(self) -> None:
        """Take everybody out and wait until everything is closed."""
        if self._quality:
            self._quality.cancel()
            await asyncio.gather(self._quality, return_exceptions=True)
        await asyncio.gather(*(occupant.aclose() for occupant in self.occupants), *self._closing)
        self._occupants.clear()
