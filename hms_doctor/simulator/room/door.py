"""Who is connected to the room, who was thrown out and may come back, and what a switch does to the living."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from hms_doctor.simulator.answers import JUDGING, unchanged
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.room.occupant import Occupant
from hms_doctor.simulator.room.room import Room
from hms_doctor.simulator.room.script import Sockets
from hms_doctor.simulator.scenario import InitScript
from hms_doctor.simulator.steps import SayPolicy, SayRoomState, Step
from hms_doctor.simulator.switching import Named, Peers

if TYPE_CHECKING:
    from hms_doctor.simulator.room.attendance import Attendance


class Door:
    """The way into the room."""

    def __init__(self, ground: Ground, room: Room) -> None:
        self.room = room
        self._ground = ground
        self._attendances: dict[str, Attendance] = {}
        self._dropped: dict[str, asyncio.TimerHandle] = {}
        self._closed_to_all = False
        self._take_off = ground.on_switch(self._switched)

    def come(self, attendance: "Attendance") -> Occupant | None:
        """Note a new websocket, and give who is in the room already under this peer id: it goes on through this one."""
        before = self._attendances.get(attendance.peer_id)
        self._attendances[attendance.peer_id] = attendance
        occupant = self.room.occupant(attendance.peer_id)
        if occupant:
            occupant.line = attendance.line
        if before:
            before.line.cut()
        return occupant

    def go(self, attendance: "Attendance") -> None:
        """Note that a websocket is gone."""
        if self._attendances.get(attendance.peer_id) is attendance:
            del self._attendances[attendance.peer_id]

    def drop(self, attendance: "Attendance") -> None:
        """Cut the websocket of one who joined; it stays in the room for as long as an app tries to come back."""
        occupant = self.room.occupant(attendance.peer_id)
        if occupant and occupant.line is attendance.line:
            occupant.line = None
            if before := self._dropped.get(attendance.peer_id):
                before.cancel()
            loop, patience = asyncio.get_running_loop(), self.room.script(attendance.peer_id).remembered_for
            self._dropped[attendance.peer_id] = loop.call_later(patience, self._give_up, occupant)
            attendance.line.cut()

    def _give_up(self, occupant: Occupant) -> None:
        if occupant.line is None:
            self.room.leave(occupant)

    def was_dropped(self, peer_id: str) -> bool:
        """Whether this peer was thrown out once."""
        return peer_id in self._dropped

    def refuses(self, peer_id: str) -> bool:
        """Whether a new websocket of this peer is refused."""
        dropped = self.room.script(peer_id).sockets is Sockets.DROPPED
        return dropped and (self._closed_to_all or peer_id in self._dropped)

    def init_script(self, peer_id: str) -> InitScript:
        """Give what init does for this peer: something else, maybe, for one who was thrown out."""
        scenario = self._ground.scenario_for(peer_id)
        if peer_id in self._dropped and scenario.room.returning != JUDGING:
            return replace(scenario.init, answer=scenario.room.returning)
        return scenario.init

    def _switched(self, peers: Peers) -> None:
        everyones = self._ground.scenario.room
        if not isinstance(peers, Named):
            self._closed_to_all = everyones.sockets is Sockets.DROPPED
        self.room.repeople(everyones.others)
        for attendance in tuple(self._attendances.values()):
            if self._concerns(attendance, peers):
                self._act_on(attendance)

    def _concerns(self, attendance: "Attendance", peers: Peers) -> bool:
        occupant = self.room.occupant(attendance.peer_id)
        if isinstance(peers, Named):
            return peers.name in {attendance.peer_id, occupant.name if occupant else attendance.peer_id}
        return self._ground.scenario_for(attendance.peer_id) is self._ground.scenario

    def _act_on(self, attendance: "Attendance") -> None:
        """Do to a living websocket what the script would have done to a new one."""
        scenario = self._ground.scenario_for(attendance.peer_id)
        after_join = scenario.room.after_join if attendance.is_in else ()
        attendance.play((*_unusual(scenario.signalling.opening), *after_join))
        if scenario.room.sockets is not Sockets.KEPT:
            self.drop(attendance)

    async def aclose(self) -> None:
        """Forget everybody and close the room."""
        self._take_off()
        for timer in self._dropped.values():
            timer.cancel()
        await self.room.aclose()


def _unusual(opening: tuple[Step, ...]) -> Iterator[Step]:
    """Leave out what a healthy server says first, and a peer in the room knows."""
    for step in opening:
        if not isinstance(step, SayRoomState) and step != SayPolicy(reshape=unchanged):
            yield step
