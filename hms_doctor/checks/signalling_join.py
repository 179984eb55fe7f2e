"""Does the room take us? Joined as the SDK joins; from here on the others see a peer named ``hms-doctor``."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import TypeAlias

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Finding
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.init.answer import InitConfig
from hms_doctor.model.init.server_words import WORD_CODES
from hms_doctor.model.network.server import RolePolicy
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.joining import Admitted, JoinOutcome, JoinUnderway, NoWebRtc
from hms_doctor.model.room.joining_judging import judge_joining, steps_of_joining
from hms_doctor.model.room.wish import JoinWanted
from hms_doctor.wire.http.reach import Reached
from hms_doctor.wire.room.joining import join
from hms_doctor.wire.room.library import hush, load_webrtc
from hms_doctor.wire.room.returning import Way
from hms_doctor.wire.room.visit import RoomVisit
from hms_doctor.wire.websocket.signalling import LiveSignalling

_NO_SERVERS = IceServers(servers=(), origin="nobody")


@dataclass(frozen=True, kw_only=True)
class InRoom:
    """The server took us."""

    admitted: Admitted
    visit: RoomVisit


Observation: TypeAlias = InRoom | JoinOutcome


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Observation]:
    """Offer the data channel, send the join over the open websocket, wait for the answer."""
    _wanted, live, policy = facts[JoinWanted], facts[LiveSignalling], facts[RolePolicy]
    servers, reached, config = facts.get(IceServers, _NO_SERVERS), facts[Reached], facts[InitConfig]
    yield JoinUnderway(host=live.server.host, waits_for="our own WebRTC stack")
    loaded = await load_webrtc()
    if isinstance(loaded, NoWebRtc):
        yield loaded
        return
    hush()
    way = Way(reached=reached, server=live.server)
    visit = await ctx.keep(RoomVisit(ctx, way, live.conversation, policy, servers))
    yield JoinUnderway(host=live.server.host, waits_for="an answer to the join")
    outcome = await join(ctx, visit, config.flags)
    if isinstance(outcome, Admitted):
        yield InRoom(admitted=outcome, visit=visit)
        return
    await visit.aclose()
    yield outcome


def diagnose(observation: Observation) -> Iterable[Finding]:
    """Judge what the server made of our join."""
    yield from judge_joining(_outcome(observation))


def _outcome(observation: Observation) -> JoinOutcome:
    return observation.admitted if isinstance(observation, InRoom) else observation


def _facts_in(observation: Observation) -> Iterable[object]:
    return (observation.visit,) if isinstance(observation, InRoom) else ()


def _measure(observation: Observation) -> Mapping[str, float]:
    return steps_of_joining(_outcome(observation))


CHECK = Check(
    id="signalling.join",
    title="the join",
    asks="Does the room take us as the SDK's peers are taken?",
    codes=frozenset({1003, 4001, 4003, 4004, 5001} | WORD_CODES),
    needs=(JoinWanted, LiveSignalling, RolePolicy, InitConfig, Reached),
    wants=(IceServers,),
    yields=(RoomVisit,),
    timeout=25.0,
    observe=observe,
    diagnose=diagnose,
    offers=_facts_in,
    measure=_measure,
)
