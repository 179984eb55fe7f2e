"""The join as the SDK does it: an offer with the data channel alone, the request, its answer (transport/index.ts)."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from hms_doctor.model.check import Context
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.network.server import RolePolicy
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.descriptions import DescriptionFailed
from hms_doctor.model.room.joining import (
    Admitted,
    AnswerUnusable,
    LostWhileJoining,
    NotAdmitted,
    NotOffered,
    Unanswered,
)
from hms_doctor.model.room.rights import needs_no_connection
from hms_doctor.model.room.wish import PEER_NAME
from hms_doctor.model.signalling.websocket import Ended, NotOpened, Quiet
from hms_doctor.model.units import Milliseconds, Seconds
from hms_doctor.wire.room.link import CHANNEL
from hms_doctor.wire.room.talk import Answered, Denied, Gone, NotAnswered
from hms_doctor.wire.room.visit import RoomVisit
from hms_doctor.wire.websocket.signalling import await_policy, converse

PATIENCE: Final = 5.0
"""Seconds for the answer to a join; the SDK waits for ever, and 5 is what it gives ICE."""


@dataclass(frozen=True, kw_only=True)
class _Cut:
    """The connection ended while the join was awaited."""

    ending: Ended


NotInside: TypeAlias = NotAdmitted | Unanswered | AnswerUnusable | NotOffered | LostWhileJoining


async def join(ctx: Context, visit: RoomVisit, flags: tuple[str, ...]) -> Admitted | NotInside:
    """Join; a connection that is lost on the way is opened once more, as the SDK does."""
    params, is_silent = _params(flags), needs_no_connection(visit.policy, flags)
    if not is_silent:
        visit.publish.pc.createDataChannel(CHANNEL, protocol="SCTP")
        described = await visit.publish.offer()
        if isinstance(described, DescriptionFailed):
            return NotOffered(failed=described)
        params = {**params, "offer": {"type": "offer", "sdp": described.sdp}}
    joined = await _knock(ctx, visit, params, is_silent=is_silent)
    if not isinstance(joined, _Cut):
        return joined
    again = await _knock(ctx, visit, params, is_silent=is_silent) if await _is_open_again(ctx, visit) else joined
    if isinstance(again, _Cut):
        return LostWhileJoining(host=visit.server.host, ending=again.ending, times=1 if again is joined else 2)
    return again


def _params(flags: tuple[str, ...]) -> JsonObject:
    return {
        "name": PEER_NAME,
        "disableVidAutoSub": True,
        "data": "",
        "server_sub_degrade": "subscribeDegradation" in flags,
        "simulcast": False,
        "onDemandTracks": "onDemandTracks" in flags,
    }


async def _knock(
    ctx: Context, visit: RoomVisit, params: JsonObject, *, is_silent: bool
) -> Admitted | NotAdmitted | Unanswered | AnswerUnusable | _Cut:
    host, patience, began = visit.server.host, ctx.patience(PATIENCE), ctx.clock.monotonic()
    ctx.waiting("the answer to our join", patience)
    response = await visit.knock(params, patience)
    match response:
        case Answered(result=result):
            took = Milliseconds(1000 * (ctx.clock.monotonic() - began))
            return _answered(visit, result, took, is_silent=is_silent)
        case Denied(fault=fault):
            return NotAdmitted(host=host, fault=fault, already_here=visit.roster.names_us)
        case NotAnswered(waited=waited):
            return _unanswered(visit, waited)
        case Gone(ending=ending):
            return _unanswered(visit, ending.waited) if isinstance(ending, Quiet) else _Cut(ending=ending)


def _unanswered(visit: RoomVisit, waited: float) -> Unanswered:
    pongs = len(visit.talk.conversation.round_trips)
    return Unanswered(host=visit.server.host, waited=Seconds(waited), pongs=pongs)


def _answered(visit: RoomVisit, result: JsonValue, took: Milliseconds, *, is_silent: bool) -> Admitted | AnswerUnusable:
    host, policy = visit.server.host, visit.policy
    sdp = result.get("sdp") if isinstance(result, Mapping) else None
    if not result:
        return AnswerUnusable(host=host, what="neither a description nor an error")
    if not is_silent and not isinstance(sdp, str):
        return AnswerUnusable(host=host, what="an answer without a session description")
    visit.enter(result)
    return Admitted(host=host, role=policy.role, took=took, others=visit.roster.others, is_silent=is_silent)


async def _is_open_again(ctx: Context, visit: RoomVisit) -> bool:
    opened = await converse(ctx, visit.server)
    if isinstance(opened, NotOpened):
        return False
    try:
        policy = await await_policy(ctx, opened)
    except BaseException:
        await opened.aclose()
        raise
    if not isinstance(policy, RolePolicy):
        await opened.aclose()
        return False
    await visit.reopen(opened)
    return True
