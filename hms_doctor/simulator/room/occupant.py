"""One who is in the room: a peer that joined, or a synthetic one."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hms_doctor.simulator.room.line import Line

if TYPE_CHECKING:
    from hms_doctor.simulator.room.publication import Publication
    from hms_doctor.simulator.room.publishing import Publisher
    from hms_doctor.simulator.room.subscribing import Subscriber
    from hms_doctor.simulator.room.tone import Tone


@dataclass(kw_only=True, eq=False)
class Occupant:
    """Everything about one peer; without WebRTC it has no connections, without a websocket no line."""

    peer_id: str
    name: str
    role: str
    user_id: str
    data: str = ""
    groups: list[str] = field(default_factory=list)
    listens_to: set[str] = field(default_factory=set)  # keys of the session store
    line: Line | None = None
    publisher: "Publisher | None" = None
    subscriber: "Subscriber | None" = None
    synthetic: "dict[str, Publication]" = field(default_factory=dict)
    tones: "list[Tone]" = field(default_factory=list)
    joined_at: int = field(default_factory=lambda: int(time.time() * 1000))

    @property
    def publications(self) -> "Mapping[str, Publication]":
        """The tracks by their ids."""
        return self.publisher.publications if self.publisher else self.synthetic

    async def aclose(self) -> None:
        """Close the connections and end the tones."""
        open_ones = [part for part in (self.publisher, self.subscriber, *self.tones) if part]
        await asyncio.gather(*(part.aclose() for part in open_ones))
