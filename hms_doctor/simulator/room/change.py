"""The ways in which faults change the room; each makes a doctor join, since nothing else meets the room."""

from collections.abc import Callable
from dataclasses import replace

from hms_doctor.model.room.wish import Joining
from hms_doctor.simulator.change import Change
from hms_doctor.simulator.room.script import Listing, Other, Path, Reach, Reply, RoomScript, ServerOffer, Sockets
from hms_doctor.simulator.steps import Step


def in_room(change: Callable[[RoomScript], RoomScript]) -> Change:
    """Change the room."""
    return lambda scenario: replace(scenario, room=change(scenario.room), joins=Joining.JOINS)


def join_answered(reply: Reply) -> Change:
    """Answer ``join`` in another way."""
    return in_room(lambda script: replace(script, join=reply))


def after_join(*steps: Step) -> Change:
    """Do this on the websocket right after the join was answered."""
    return in_room(lambda script: replace(script, after_join=steps))


def renegotiation_answered(reply: Reply) -> Change:
    """Answer the ``offer`` that changes the publish connection in another way."""
    return in_room(lambda script: replace(script, renegotiation=reply))


def server_offers(offer: ServerOffer) -> Change:
    """Offer the subscribe connection in another way."""
    return in_room(lambda script: replace(script, offer=offer))


def publish_path(path: Path) -> Change:
    """Let something else pass on the publish connection."""
    return in_room(lambda script: replace(script, publish=path))


def subscribe_path(path: Path) -> Change:
    """Let something else pass on the subscribe connection."""
    return in_room(lambda script: replace(script, subscribe=path))


def media_reached(reach: Reach) -> Change:
    """Let the media server be reached from elsewhere only."""
    return in_room(lambda script: replace(script, reach=reach))


def sockets(what: Sockets) -> Change:
    """Let something become of the websockets of those who joined."""
    return in_room(lambda script: replace(script, sockets=what))


def peopled(*others: Other) -> Change:
    """Put synthetic peers into the room."""
    return in_room(lambda script: replace(script, others=(*script.others, *others)))


def listing(whom: Listing) -> Change:
    """Name others in ``room-state``."""
    return in_room(lambda script: replace(script, listing=whom))
