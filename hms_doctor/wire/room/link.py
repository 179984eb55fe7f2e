"""One of the two peer connections: its descriptions, its transport's history, its remote tracks (RFC 9429)."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from hms_doctor.model.check import Context
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.candidates import Trickled
from hms_doctor.model.room.descriptions import DescriptionFailed, DescriptionStep, NoLine, Side
from hms_doctor.model.room.sdp_lines import line_at_fault, quoted, section_at_fault, spelled_out, what_is_missing
from hms_doctor.model.room.transports import Transport
from hms_doctor.model.settings import Machine, SimulatedMachine
from hms_doctor.wire.room import inside
from hms_doctor.wire.room.gathering import Gathering
from hms_doctor.wire.room.history import History

if TYPE_CHECKING:
    from aioice.candidate import Candidate as IceCandidate
    from aiortc import RTCSessionDescription

Result = TypeVar("Result")
CHANNEL: Final = "ion-sfu"
_RECEIVING: Final = frozenset({"recvonly", "sendrecv"})
_MOST_CANDIDATES: Final = 100
_LONGEST_WHY: Final = 200
_PYTHONS_OWN: Final = re.compile(r"invalid literal|not enough values|too many values|object has no|not in list")
_SCRIPT: Final[Mapping[DescriptionStep, str]] = {
    DescriptionStep.CREATE_OFFER: "create_offer",
    DescriptionStep.CREATE_ANSWER: "create_answer",
    DescriptionStep.SET_LOCAL: "set_local",
}
"""Members of ``webrtc`` in a simulated machine's script: steps that its WebRTC stack refuses, and its words."""


@dataclass(frozen=True, kw_only=True)
class Described:
    """A description of ours that stands."""

    sdp: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The server's description stands."""


Made: TypeAlias = Described | DescriptionFailed
Set: TypeAlias = Taken | DescriptionFailed


def refusals(machine: Machine) -> Mapping[str, str]:
    """Give the steps that a simulated machine's WebRTC stack refuses."""
    script: JsonValue = json.loads(machine.script or "{}") if isinstance(machine, SimulatedMachine) else {}
    told = script.get("webrtc") if isinstance(script, Mapping) else {}
    return {name: str(why) for name, why in told.items()} if isinstance(told, Mapping) else {}


def _words(error: Exception) -> str:
    """Give what the stack says on purpose; what it only stumbles over in its own code tells nobody anything."""
    from aiortc import exceptions

    spoken = (ValueError, exceptions.InvalidAccessError, exceptions.InvalidStateError, exceptions.OperationError)
    text = str(error)
    if isinstance(error, spoken) and text and not _PYTHONS_OWN.search(text):
        return text
    return f"our WebRTC stack cannot read it ({type(error).__name__})"


class Link:
    """A peer connection with everything bundled over one transport; ``aclose`` gives back all that it holds."""

    def __init__(
        self, ctx: Context, side: Side, servers: IceServers, tell: "Callable[[IceCandidate], Awaitable[None]]"
    ) -> None:
        from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection

        self.side = side
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.history = History(ctx.clock, side)
        self.stands = False
        """Whether both descriptions have been set."""
        self.tallies: list[inside.Tally] = []
        """What came in on each remote track, in their order."""
        self._gathering = Gathering(ctx, servers, tell, self._begin_late)
        self._refusals = refusals(ctx.settings.machine)
        self._early: list[Trickled] = []
        self._taken = 0

    def transport(self) -> Transport:
        """Tell what was seen of the transport until now."""
        return self.history.transport()

    async def offer(self) -> Made:
        """Create an offer and set it (4001, 4003)."""
        made = await self._try(DescriptionStep.CREATE_OFFER, self.pc.createOffer)
        return made if isinstance(made, DescriptionFailed) else await self._set_local(made)

    async def answer(self, offer: str) -> Made:
        """Set the server's offer, create an answer and set that (4004, 4002, 4003)."""
        taken = await self._set_remote(offer, "offer")
        if isinstance(taken, DescriptionFailed):
            return taken
        made = await self._try(DescriptionStep.CREATE_ANSWER, self.pc.createAnswer)
        if isinstance(made, DescriptionFailed):
            return replace(made, line=section_at_fault(offer))
        local = await self._set_local(made)
        if isinstance(local, DescriptionFailed) and not self._refusal(DescriptionStep.SET_LOCAL):
            # aiortc finds only here that what it made is no answer to the offer; a browser says so as it makes it.
            return replace(local, step=DescriptionStep.CREATE_ANSWER, line=section_at_fault(offer))
        await self._stand(local)
        return local

    async def accept(self, answer: str) -> Set:
        """Set the server's answer to our offer (4004)."""
        taken = await self._set_remote(answer, "answer")
        await self._stand(taken)
        return taken

    def remote_kinds(self) -> tuple[str, ...]:
        """Give the kinds of the tracks that the server sends."""
        return tuple(each.kind for each in self.pc.getTransceivers() if each.currentDirection in _RECEIVING)

    def count(self) -> None:
        """Count what comes in on tracks that are new, and see that nothing is decoded."""
        receivers = self.pc.getReceivers()
        for receiver in receivers[len(self.tallies) :]:
            self.tallies.append(inside.count(receiver))
        for receiver in receivers:
            inside.stop_decoding(receiver)

    async def add_candidate(self, trickled: Trickled) -> None:
        """Add a candidate of the server's, now or as soon as its description stands; no sane server has very many."""
        if not self.stands:
            self._early = [*self._early, trickled][:_MOST_CANDIDATES]
            return
        self._taken += 1
        if self._taken > _MOST_CANDIDATES:
            return
        from aiortc.sdp import candidate_from_sdp

        if trickled.candidate.protocol != "udp":
            return  # aioice speaks UDP alone
        candidate = candidate_from_sdp(trickled.text)
        candidate.sdpMid, candidate.sdpMLineIndex = trickled.mid or None, trickled.index
        await self.pc.addIceCandidate(candidate)

    def candidate_init(self, candidate: "IceCandidate") -> JsonObject:
        """Give an own candidate as an RTCIceCandidateInit."""
        return {
            "candidate": f"candidate:{candidate.to_sdp()}",
            "sdpMid": "0",
            "sdpMLineIndex": 0,
            "usernameFragment": self.history.username(),
        }

    async def aclose(self) -> None:
        """Stop looking for candidates, delete the allocations, end DTLS and ICE."""
        for dtls in inside.transports_of(self.pc):
            inside.give_back_relays(inside.connection_of(dtls.transport))
        await asyncio.gather(self._gathering.aclose(), self.pc.close())

    async def _stand(self, outcome: Made | Set) -> None:
        if isinstance(outcome, DescriptionFailed) or self.stands:
            return
        self.stands = True
        self.history.begin()
        self._gathering.begin_checks(has_direct=any(map(inside.has_sockets, inside.transports_of(self.pc))))
        early, self._early = self._early, []
        for trickled in early:
            await self.add_candidate(trickled)

    async def _begin_late(self) -> None:
        if self.stands:
            await inside.begin_late(self.pc)

    async def _set_local(self, made: "RTCSessionDescription") -> Made:
        outcome = await self._try(DescriptionStep.SET_LOCAL, lambda: self.pc.setLocalDescription(made), made.sdp)
        if isinstance(outcome, DescriptionFailed):
            return outcome
        for dtls in inside.transports_of(self.pc):
            if self.history.watch(dtls):
                self._gathering.start(inside.connection_of(dtls.transport))
        return Described(sdp=self.pc.localDescription.sdp)

    async def _set_remote(self, sdp: str, kind: str) -> Set:
        from aiortc import RTCSessionDescription

        missing = what_is_missing(sdp)
        if missing:
            return self._failed(DescriptionStep.SET_REMOTE, missing, sdp)
        described = RTCSessionDescription(sdp=spelled_out(sdp), type=kind)
        outcome = await self._try(DescriptionStep.SET_REMOTE, lambda: self.pc.setRemoteDescription(described), sdp)
        return outcome if isinstance(outcome, DescriptionFailed) else Taken()

    async def _try(
        self, step: DescriptionStep, work: Callable[[], Awaitable[Result]], sdp: str = ""
    ) -> Result | DescriptionFailed:
        refused = self._refusal(step)
        if refused:
            return self._failed(step, refused, "")
        try:
            return await work()
        except Exception as error:  # noqa: BLE001 - whatever the stack raises is its word on this description
            return self._failed(step, _words(error), sdp)

    def _refusal(self, step: DescriptionStep) -> str:
        return self._refusals.get(_SCRIPT.get(step, ""), "")

    def _failed(self, step: DescriptionStep, why: str, sdp: str) -> DescriptionFailed:
        return DescriptionFailed(
            side=self.side,
            step=step,
            why=quoted(why)[:_LONGEST_WHY],
            line=line_at_fault(sdp) if sdp else NoLine(),
            renegotiating=self.stands,
        )

    def packets_heard(self) -> int:
        """Count what came over the transport: media, its reports, and DTLS."""
        return sum(inside.packets_heard(dtls) for dtls in inside.transports_of(self.pc))

    async def is_answered(self, patience: float) -> bool:
        """Ask on the selected pair, as RFC 7675 asks for consent, until something answers."""
        try:
            async with asyncio.timeout(patience):
                asked = [await inside.is_answered(dtls.transport) for dtls in inside.transports_of(self.pc)]
                return any(asked)
        except TimeoutError:
            return False

    def abort(self) -> None:
        """Wait for no relay any longer: they alone can hold up a farewell."""
        self._gathering.cut()
