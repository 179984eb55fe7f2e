"""What may be blamed where we are: a place without devices, or with walls that are ours, is no fault of the user's."""

from typing import Final

from hms_doctor.model.devices.surveys import Here, Walls
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Seat


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place at which devices are not expected, and where to look instead."""

    at: str  # "no camera is visible over SSH"
    instead: str  # an order


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Who is refused a device that the person at the screen may well have."""

    who: str  # "the camera is closed to a login over SSH"
    where_open: str
    instead: str  # an order
    to_open: str  # before the exact order that opens the device here, empty where no order does


_OUTSIDE: Final = "Run hms-doctor devices outside this {}."
_MACHINE: Final = "Run hms-doctor devices at the machine itself."
_SESSION: Final = "Run hms-doctor devices in the user's own session."
_APP: Final = "Run hms-doctor devices where the app runs."
_SANDBOXES: Final = {Walls.FLATPAK: "flatpak run --device=all", Walls.SNAP: "snap connect"}
_SEATS: Final = {
    Seat.SSH: Place(at="over SSH", instead=_APP),
    Seat.CONTAINER: Place(at="in this container", instead=_APP),
    Seat.WSL: Place(
        at="in WSL, which does not show what Windows has", instead="Run hms-doctor devices in Windows itself."
    ),
    Seat.REMOTE_DESKTOP: Place(at="in this remote session", instead=_APP),
    Seat.CI: Place(at="on this CI machine", instead=_APP),
}
_REMOTE: Final = {
    Seat.SSH: ("a login over SSH", "over SSH"),
    Seat.REMOTE_DESKTOP: ("a remote session", "in a remote session"),
}


def places(here: Here) -> tuple[Place, ...]:
    """Give the place where we are when that is not at the machine's own screen; none at a desk."""
    if here.walls in _SANDBOXES:
        return (Place(at=f"in this {here.walls.value} sandbox", instead=_OUTSIDE.format(here.walls.value)),)
    if here.seat in _SEATS:
        return (_SEATS[here.seat],)
    if here.walls is Walls.SERVICE:
        return (Place(at="to this system service", instead=_SESSION),)
    return ()


def guests(here: Here) -> tuple[Guest, ...]:
    """Give who is refused where logind's access lists and the app's permissions are others than ours; else nobody."""
    if here.walls in _SANDBOXES:
        name = here.walls.value
        return (
            Guest(
                who=f"this {name} sandbox",
                where_open="outside",
                instead=_OUTSIDE.format(name),
                to_open=f"Inside, {_SANDBOXES[here.walls]} opens devices.",
            ),
        )
    if here.seat in _REMOTE:
        who, how = _REMOTE[here.seat]
        to_open = f"To use it {how}: {{order}}"
        return (Guest(who=who, where_open="at the machine's screen", instead=_MACHINE, to_open=to_open),)
    if here.walls is Walls.SERVICE and here.seat is Seat.DESKTOP:
        to_open = "To open it to the service, set SupplementaryGroups={group} in its unit."
        return (
            Guest(who="a system service", where_open="in the user's own session", instead=_SESSION, to_open=to_open),
        )
    return ()


def in_container(here: Here) -> bool:
    """Whether devices are let in by whoever started the container, which may stand on a CI machine."""
    return here.walls is Walls.CONTAINER or (here.seat is Seat.CONTAINER and here.walls is Walls.NONE)


def as_root(here: Here) -> str:
    """Say whose permissions were tried, where they are not those of the app's user."""
    if here.by_sudo:
        return " (to root; without sudo, your own user is tried)"
    return " (to root; your app's user was not tried)" if here.is_root else ""
