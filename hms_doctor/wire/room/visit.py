"""A stay in the room, from before the join to after the leave: the fact that the room's checks share."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, Self

from hms_doctor.model.check import Context
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.network.server import RolePolicy, SignallingUrl
from hms_doctor.model.room.candidates import NoMoreCandidates, Trickled, UnreadableCandidate, read_trickle
from hms_doctor.model.room.descriptions import DescriptionFailed, Side
from hms_doctor.model.room.reconnecting import CameBack, Interruption
from hms_doctor.model.room.subscribing import BadCandidate
from hms_doctor.model.signalling.messages import Push
from hms_doctor.model.units import Seconds
from hms_doctor.wire.room.errands import Errands, quietly
from hms_doctor.wire.room.link import Described, Link, Made
from hms_doctor.wire.room.returning import Way, come_back
from hms_doctor.wire.room.roster import Roster
from hms_doctor.wire.room.sending import Sending
from hms_doctor.wire.room.talk import Gone, Response, Talk
from hms_doctor.wire.websocket.signalling import Conversation

if TYPE_CHECKING:
    from aioice.candidate import Candidate as IceCandidate

    from hms_doctor.model.json import JsonObject, JsonValue

FAREWELL: Final = 0.3
"""Seconds that leaving may take; the run keeps little more for all its farewells."""
_LAST_WORD: Final = 0.1
_MOST_OFFERS: Final = 50
_MOST_NOTED: Final = 10
_TENDING: Final = 0.1
"""Seconds between two looks for tracks that came new."""


class RoomVisit:
    """Two peer connections and a websocket. ``async with`` leaves the room at its end, however it ends."""

    absent: ClassVar[str] = "the room was not joined"

    def __init__(self, ctx: Context, way: Way, conversation: Conversation, policy: RolePolicy, ice: IceServers) -> None:
        self.way = way
        self.policy = policy
        self.interruptions: list[Interruption] = []
        self.bad_candidates: list[BadCandidate] = []
        self.answers: list[Made] = []
        """What came of each offer of the server."""
        self.answer = ""
        """The server's description in its answer to the join; empty where no peer connection is needed."""
        self.sending: dict[str, Sending] = {}
        """Our synthetic tracks by kind, once they were offered."""
        self.is_heard = False
        """Whether the server took them."""
        self.changed = asyncio.Event()
        """Set whenever one of the lists above grew, or a peer came."""
        self.roster = Roster(self.server.peer_id)
        # A background task outlives the check that started it: what it waits for is not that check's.
        self._ctx = replace(ctx, waiting=lambda _what, _seconds: None)
        self.publish = Link(self._ctx, Side.PUBLISH, ice, partial(self._tell_candidate, Side.PUBLISH))
        self.subscribe = Link(self._ctx, Side.SUBSCRIBE, ice, partial(self._tell_candidate, Side.SUBSCRIBE))
        self._released = {side: asyncio.Event() for side in Side}
        self._offers: asyncio.Queue[str] = asyncio.Queue(_MOST_OFFERS)
        self._errands = Errands()
        self._node: JsonObject = {}
        self._knocked = self._given_up = False
        self._joined_at = 0.0
        for push in conversation.early:
            self._take(push)
        self.talk = Talk(self._ctx, conversation, self._take)

    @property
    def server(self) -> SignallingUrl:
        """The signalling server, and who we are to it."""
        return self.way.server

    @property
    def sent(self) -> tuple[Sending, ...]:
        """Our tracks that the server took."""
        return tuple(self.sending.values()) if self.is_heard else ()

    @property
    def is_expelled(self) -> bool:
        """Whether the server said a terminal no after the join."""
        return bool(self.talk.faults)

    @property
    def is_away(self) -> bool:
        """Whether the websocket is lost and the way back is still being tried."""
        return self.talk.is_over and not self.is_expelled and not self._given_up

    @property
    def seconds(self) -> float:
        """How long ago we were let in."""
        return self._ctx.clock.monotonic() - self._joined_at

    async def go_on(self, seconds: float) -> None:
        """Let the stay last so long, and as long as it takes to come back or to hear a first pong."""
        until = self.seconds + seconds
        latest = max(until, self.seconds + self._ctx.patience())
        while self.is_away or (not self.talk.is_over and self.seconds < (until if self._has_pong else latest)):
            await self._change(_TENDING)

    async def _change(self, seconds: float) -> bool:
        self.changed.clear()
        try:
            async with asyncio.timeout(seconds):
                return await self.changed.wait()
        except TimeoutError:
            return False

    @property
    def _has_pong(self) -> bool:
        return bool(self.talk.conversation.round_trips)

    async def knock(self, params: "JsonObject", patience: float) -> Response:
        """Send the join; from here on others may see us."""
        self._knocked = True
        return await self.talk.ask("join", params, patience, heeds_errors=True)

    def enter(self, result: "JsonValue") -> None:
        """The join was answered: send what was held back, answer the server's offers, come back where we are lost."""
        told: JsonObject = result if isinstance(result, Mapping) else {}
        node, sdp = told.get("sfu_node_id"), told.get("sdp")
        self.answer = sdp if isinstance(sdp, str) else ""
        self._node = {"sfu_node_id": node} if isinstance(node, str) else {}
        self._joined_at = self._ctx.clock.monotonic()
        self._released[Side.PUBLISH].set()
        self._errands.run(self._answer_offers())
        self._errands.run(self._tend())
        self._errands.run(self._stay())

    async def ask_offer(self, sdp: str, tracks: "JsonObject", patience: float) -> Response:
        """Send the offer that changes the publish connection; once more where the websocket was lost on the way."""
        params: JsonObject = {"desc": {"type": "offer", "sdp": sdp}, "tracks": tracks, **self._node}
        response = await self.talk.ask("offer", params, patience)
        if not isinstance(response, Gone) or not await self.is_back(patience):
            return response
        return await self.talk.ask("offer", params, patience)

    async def is_back(self, patience: float) -> bool:
        """Wait for the websocket to be there again."""
        try:
            async with asyncio.timeout(patience):
                while self.talk.is_over:
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            return False
        return True

    async def reopen(self, conversation: Conversation) -> None:
        """Go on over another websocket, which is ours from here on."""
        try:
            await self.talk.aclose()
            await self.talk.conversation.aclose()
        except BaseException:
            await conversation.aclose()
            raise
        for push in conversation.early:
            self._take(push)
        self.talk = Talk(self._ctx, conversation, self._take)
        self.changed.set()

    async def aclose(self) -> None:
        """Say ``leave``, then end connections and websocket, all within a bounded time; more than once does no harm."""
        self._errands.call_off()
        knocked, self._knocked = self._knocked, False
        if knocked:
            await self.talk.tell("leave", {"client_reason": "user request"}, _LAST_WORD)
        farewells = (
            self.publish.aclose(), self.subscribe.aclose(), self.talk.aclose(), self.talk.conversation.aclose(),
            self._errands.ended(),
        )  # fmt: skip
        # Tasks of their own: a farewell that is cut off in its middle would leave behind what it had not come to.
        closing = [asyncio.create_task(quietly(farewell)) for farewell in farewells]
        try:
            await asyncio.wait(closing, timeout=FAREWELL)
        finally:
            self.publish.abort()
            self.subscribe.abort()
        await asyncio.wait(closing, timeout=_LAST_WORD)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _take(self, push: Push) -> None:
        match push.method:
            case "offer":
                sdp = push.params.get("sdp") if isinstance(push.params, Mapping) else None
                if not self._offers.full():
                    self._offers.put_nowait(sdp if isinstance(sdp, str) else "")
            case "trickle":
                self._take_candidate(push.params)
            case method:
                self.roster.take(method, push.params)
        self.changed.set()

    def _take_candidate(self, params: "JsonValue") -> None:
        match read_trickle(params):
            case Trickled(side=side) as trickled:
                link = self.publish if side is Side.PUBLISH else self.subscribe
                self._errands.run(link.add_candidate(trickled))
            case UnreadableCandidate(side=Side.SUBSCRIBE, what=what):
                self.bad_candidates = [*self.bad_candidates, BadCandidate(what=what)][:_MOST_NOTED]
            case UnreadableCandidate() | NoMoreCandidates():
                pass

    async def _answer_offers(self) -> None:
        while True:
            made = await self.subscribe.answer(await self._offers.get())
            if isinstance(made, Described):
                params: JsonObject = {"desc": {"type": "answer", "sdp": made.sdp}, **self._node}
                await self.talk.tell("answer", params, self._ctx.patience())
                self._released[Side.SUBSCRIBE].set()
            self.answers.append(made)
            self.changed.set()
            if isinstance(made, DescriptionFailed):
                return

    async def _tend(self) -> None:
        while True:
            self.subscribe.count()
            await asyncio.sleep(_TENDING)

    async def _tell_candidate(self, side: Side, candidate: "IceCandidate") -> None:
        await self._released[side].wait()
        link, target = (self.publish, 0) if side is Side.PUBLISH else (self.subscribe, 1)
        params: JsonObject = {"target": target, "candidate": link.candidate_init(candidate), **self._node}
        await self.talk.tell("trickle", params, self._ctx.patience())

    async def _stay(self) -> None:
        while True:
            ending = await asyncio.shield(self.talk.fate)
            if self.is_expelled:
                return
            at = Seconds(self._ctx.clock.monotonic() - self._joined_at)
            outcome = await come_back(self._ctx, self.way, self.reopen)
            self.interruptions.append(Interruption(ending=ending, at=at, outcome=outcome))
            self.changed.set()
            if not isinstance(outcome, CameBack):
                self._given_up = True
                return
