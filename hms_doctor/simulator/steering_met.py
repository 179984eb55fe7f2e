"""When those who are in the room already meet what is played: at once, or at their next step."""

from typing import Final

from hms_doctor.simulator.room.script import Path, RoomScript, Sockets
from hms_doctor.simulator.scenario import Scenario, SignallingScript
from hms_doctor.simulator.steps import SayPolicy, SayRoomState

AT_ONCE: Final = ""
_LIVE_PATHS: Final = frozenset({Path.ICE_SILENT, Path.DIES, Path.MEDIA_VANISHES, Path.LOSSY})
_HEALTHY: Final = Scenario()


def met(scenario: Scenario) -> str:
    """Say at which step of an app the first thing is met that is not healthy; ``AT_ONCE`` where none is needed."""
    if scenario == _HEALTHY or _acts_at_once(scenario.signalling, scenario.room):
        return AT_ONCE
    if (scenario.init, scenario.clock_offset) != (_HEALTHY.init, _HEALTHY.clock_offset):
        return "the next init"
    if scenario.signalling != _HEALTHY.signalling:
        return "the next websocket"
    if scenario.turn != _HEALTHY.turn:
        return "the next relay"
    room = scenario.room
    if (room.renegotiation, room.offer) != (_HEALTHY.room.renegotiation, _HEALTHY.room.offer):
        return "the next track"
    return "the next join"


def _acts_at_once(signalling: SignallingScript, room: RoomScript) -> bool:
    steps = (*signalling.opening, *room.after_join)
    return (
        room.sockets is not Sockets.KEPT
        or bool(_LIVE_PATHS & {room.publish, room.subscribe})
        or not signalling.pongs
        or any(step not in {SayPolicy(), SayRoomState()} for step in steps)
        or room.others != _HEALTHY.room.others
    )
