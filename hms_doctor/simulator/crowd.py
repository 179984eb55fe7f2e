"""Who is in the simulated room, as far as the rest of the simulator must know it: to play a fault to one of them."""

from collections.abc import Callable
from typing import Final, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass

_MOST_REMEMBERED: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Member:
    """One peer that joined; the name is what its app gave, and is hostile text."""

    peer_id: str
    name: str
    role: str


Watch: TypeAlias = Callable[[Member], None]


def _unwatched(_member: Member) -> None: ...


class Crowd:
    """The room enters those who join and takes out those who leave; the names of the last ones stay known."""

    def __init__(self) -> None:
        self.came: Watch = _unwatched  # called after it is noted here
        self.gone: Watch = _unwatched
        self._present: dict[str, Member] = {}
        self._names: dict[str, str] = {}

    def enter(self, member: Member) -> None:
        """Note that a peer is in the room; entering again replaces what was known of it."""
        is_new = member.peer_id not in self._present
        self._present[member.peer_id] = member
        self._names.pop(member.peer_id, "")
        self._names[member.peer_id] = member.name
        while len(self._names) > _MOST_REMEMBERED:
            del self._names[next(iter(self._names))]
        if is_new:
            self.came(member)

    def leave(self, peer_id: str) -> None:
        """Note that a peer is gone; its name stays known, since an app that reconnects comes with the same id."""
        if member := self._present.pop(peer_id, None):
            self.gone(member)

    @property
    def present(self) -> tuple[Member, ...]:
        """Those in the room, in the order in which they came."""
        return tuple(self._present.values())

    def name_of(self, peer_id: str) -> str:
        """Give the name that this peer had when it was last in the room; empty where it never was."""
        return self._names.get(peer_id, "")
