"""The way back after a loss: the SDK's reconnection policy, for as long as a run can watch it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure
from hms_doctor.model.init.answer import InitConfig, InitRefused, read_answer
from hms_doctor.model.network.server import RolePolicy, SignallingUrl
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.reconnecting import CameBack, InitRefusal, StillGone, TurnedAway
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.signalling.not_opened import judge_not_opened
from hms_doctor.model.signalling.websocket import Broken, Closed, Lost, NotOpened
from hms_doctor.model.units import Seconds
from hms_doctor.wire.connection.dial import DialFailed
from hms_doctor.wire.http.init import ask_init
from hms_doctor.wire.http.reach import Reached, connection
from hms_doctor.wire.websocket.signalling import Conversation, NoPolicy, await_policy, converse

PAUSE: Final = 1.0
"""Seconds between tries (hms-video-store: RetryScheduler)."""
WATCHED: Final = 6.0
"""Seconds for which the tries are played through; the SDK goes on to 60."""
_LEFT: Final = 1.0
"""Seconds of the run that are kept for telling what was seen."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """How one gets to the room: where init is, and whom we are to signalling."""

    reached: Reached
    server: SignallingUrl


@dataclass(frozen=True, kw_only=True)
class _NotYet:
    """A try that failed, and how."""

    why: str


_Try: TypeAlias = "Conversation | TurnedAway | _NotYet"


async def come_back(
    ctx: Context, way: Way, reopen: Callable[[Conversation], Awaitable[None]]
) -> CameBack | StillGone | TurnedAway:
    """Try once a second: init, then a new websocket up to the policy; ``reopen`` takes the one that is good."""
    began, tries, last = ctx.clock.monotonic(), 0, "it was still under way as time was up"
    seconds = min(WATCHED, ctx.remaining() - _LEFT)
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            while True:
                await asyncio.sleep(PAUSE)
                tries += 1
                match await _try(ctx, way, tries):
                    case Conversation() as conversation:
                        await reopen(conversation)
                        return CameBack(after=Seconds(ctx.clock.monotonic() - began), tries=tries)
                    case TurnedAway() as no:
                        return no
                    case _NotYet(why=last):
                        pass
    except TimeoutError:
        pass
    last = last if tries else "there was no time for a try"
    return StillGone(waited=Seconds(ctx.clock.monotonic() - began), tries=tries, last=last)


async def _try(ctx: Context, way: Way, tries: int) -> _Try:
    server = await _ask_init(ctx, way, tries)
    if not isinstance(server, SignallingUrl):
        return server
    opened = await converse(ctx, server)
    if isinstance(opened, NotOpened):
        return _NotYet(why=judge_not_opened(server.host, opened).summary)
    try:
        policy = await await_policy(ctx, opened)
    except BaseException:
        await opened.aclose()
        raise
    if isinstance(policy, RolePolicy):
        return opened
    await opened.aclose()
    match policy:
        case ServerFault() as fault:
            return TurnedAway(said=fault, tries=tries)
        case NoPolicy():
            return _NotYet(why="no policy came")
        case Closed() | Broken() | Lost():
            return _NotYet(why="the websocket opened and ended before the policy")


async def _ask_init(ctx: Context, way: Way, tries: int) -> SignallingUrl | TurnedAway | _NotYet:
    old = way.server
    dialled = await connection(ctx, way.reached)
    if isinstance(dialled, DialFailed):
        return _NotYet(why=f"init cannot be reached: {dialled.failure}")
    async with dialled.stream:
        response = await ask_init(ctx, dialled.stream, way.reached.endpoint, old.token, old.peer_id)
    if isinstance(response, Failure):
        return _NotYet(why=f"init does not answer: {response}")
    match read_answer(response.status, response.reason, response.headers, response.body):
        case InitConfig(signalling=url):
            return SignallingUrl(url=url, peer_id=old.peer_id, token=old.token)
        case InitRefused(status=status, code=code, message=message) if not _is_passing(status):
            return TurnedAway(said=InitRefusal(status=status, code=code, text=message), tries=tries)
        case _:
            return _NotYet(why=f"init answers {response.status}")


def _is_passing(status: int) -> bool:
    """Whether the SDK tries again after such a status: only 404 is no terminal error to it, see ``init.not_found``."""
    return status == 404  # noqa: PLR2004 - HTTP's own number
