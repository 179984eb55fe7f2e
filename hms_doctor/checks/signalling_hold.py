"""Does the open signalling connection stay alive? The SDK pings every 3 s and gives up after a silence.

Where the room was joined the stay in it has the one reader of the socket: this check then tells what that saw.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from statistics import median
from typing import Final, TypeAlias

from hms_doctor.model.causes import signalling as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.failure import Kind, Operation, silence
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided
from hms_doctor.model.init.server_words import WORD_CODES
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.media import MediaFlow
from hms_doctor.model.room.reconnecting import Interruptions
from hms_doctor.model.room.reconnecting_judging import judge_interruptions
from hms_doctor.model.room.server_word import judge_word
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.signalling.not_opened import judge_fault, judge_not_opened
from hms_doctor.model.signalling.websocket import Broken, Closed, Ended, Lost, NotOpened, Quiet
from hms_doctor.wire.room.visit import RoomVisit
from hms_doctor.wire.websocket.signalling import PING_EVERY, Conversation, LiveSignalling, converse

SHORT_HOLD: Final = 0.4
"""Seconds for every look: long enough to see a server that hangs up right behind the policy."""
LONG_HOLD: Final = 15.0
"""Seconds for a deep look: long enough for the timers of most proxies that cut idle connections early."""
_POLITE: Final = frozenset({1000, 1001, 1005})
"""Close codes of a server that has no more use for us (RFC 6455, 7.4.1)."""


@dataclass(frozen=True, kw_only=True)
class Alive:
    """The connection has lived this long, and something came after every ping."""

    seconds: float
    round_trips: tuple[float, ...]  # milliseconds
    wanted: float  # seconds that it was to live


@dataclass(frozen=True, kw_only=True)
class Mute:
    """Nothing at all came after a ping."""

    waited: float


@dataclass(frozen=True, kw_only=True)
class Over:
    """The connection ended by itself."""

    seconds: float
    ending: Ended


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The server said no after the policy."""

    host: str
    fault: ServerFault


@dataclass(frozen=True, kw_only=True)
class NotReopened:
    """The connection was lost, and a second one could not be opened."""

    host: str
    not_opened: NotOpened


@dataclass(frozen=True, kw_only=True)
class Stayed:
    """What the stay in the room saw of the connection: pings, the server's terminal no, losses and ways back."""

    host: str
    alive: Alive
    faults: tuple[ServerFault, ...]
    interruptions: Interruptions


@dataclass(frozen=True, kw_only=True)
class _NotJoined:
    """Nobody is in the room."""


Observation: TypeAlias = Alive | Mute | Over | Refused | NotReopened | Stayed


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Observation]:
    """Ping and listen as the SDK does; a second look opens a connection of its own."""
    live, visit = facts[LiveSignalling], facts.get(RoomVisit, _NotJoined())
    _watched = facts.get(MediaFlow, _NotJoined())  # not read, but waited for: until then a stay in the room goes on
    if isinstance(visit, RoomVisit):
        async for stayed in _stay(ctx, visit):
            yield stayed
        return
    conversation = await _open_again(ctx, live) if live.conversation.is_over else live.conversation
    if not isinstance(conversation, Conversation):
        yield NotReopened(host=live.server.host, not_opened=conversation)
        return
    async for seen in _hold(ctx, live.server.host, conversation):
        if not isinstance(seen, Alive):
            await conversation.aclose()
        yield seen


async def _open_again(ctx: Context, live: LiveSignalling) -> Conversation | NotOpened:
    opened = await converse(ctx, live.server)
    return await ctx.keep(opened) if isinstance(opened, Conversation) else opened


async def _hold(ctx: Context, host: str, conversation: Conversation) -> AsyncIterator[Alive | Mute | Over | Refused]:
    wanted = max(ctx.settings.hold, LONG_HOLD if ctx.settings.deep else SHORT_HOLD)
    began, seconds, settled = ctx.clock.monotonic(), 0.0, False
    # What came until now may have been under way before the ping: without a proper pong, listen first and ping again.
    for_pong = bool(conversation.round_trips)
    while for_pong or not settled or (seconds < wanted and ctx.remaining() > PING_EVERY):
        limit = ctx.patience() if for_pong else min(PING_EVERY, wanted - seconds)
        ctx.waiting("the signalling server's answer to a ping" if for_pong else "the end of the hold", limit)
        heard = await conversation.listen(limit, for_pong=for_pong)
        seconds = ctx.clock.monotonic() - began
        if not isinstance(heard, Quiet):
            yield _ended(host, seconds, heard)
            return
        if for_pong and not conversation.answered:
            yield Mute(waited=limit)
            return
        if for_pong:
            settled = True
            yield Alive(seconds=seconds, round_trips=tuple(conversation.round_trips), wanted=wanted)
        else:
            await conversation.ping(ctx.patience())
        for_pong = not for_pong


async def _stay(ctx: Context, visit: RoomVisit) -> AsyncIterator[Stayed]:
    wanted = max(ctx.settings.hold, LONG_HOLD if ctx.settings.deep else SHORT_HOLD)
    yield _stayed(visit, wanted)
    limit = min(max(0.0, wanted - visit.seconds), max(0.0, ctx.remaining() - 1.0))
    ctx.waiting("the signalling connection to come back" if visit.is_away else "the end of the hold", limit)
    await visit.go_on(limit)
    yield _stayed(visit, wanted)


def _stayed(visit: RoomVisit, wanted: float) -> Stayed:
    trips = tuple(visit.talk.conversation.round_trips)
    return Stayed(
        host=visit.server.host,
        alive=Alive(seconds=visit.seconds, round_trips=trips, wanted=wanted),
        faults=tuple(visit.talk.faults),
        interruptions=tuple(visit.interruptions),
    )


def _ended(host: str, seconds: float, heard: ServerFault | Ended) -> Over | Refused:
    return Refused(host=host, fault=heard) if isinstance(heard, ServerFault) else Over(seconds=seconds, ending=heard)


def diagnose(observation: Observation) -> Iterable[Finding]:
    """Judge how the connection lived; only an abrupt end or a silence breaks a call."""
    match observation:
        case Alive():
            yield _alive(observation)
        case Mute(waited=waited):
            yield _mute(waited)
        case Over(seconds=seconds, ending=ending):
            yield _over(seconds, ending)
        case Refused(host=host, fault=fault):
            yield judge_fault(host, fault)
        case NotReopened(host=host, not_opened=not_opened):
            summary = "the signalling connection was lost and could not be opened again"
            why = judge_not_opened(host, not_opened)
            yield Failed(cause=causes.LOST, summary=f"{summary}: {why.summary}")
        case Stayed():
            yield from _in_room(observation)


def _in_room(seen: Stayed) -> Iterable[Finding]:
    if not seen.faults and not seen.interruptions:
        yield _alive(seen.alive)
    yield from (judge_word(seen.host, fault, "says no after the join") for fault in seen.faults[:1])
    yield from judge_interruptions(seen.host, seen.interruptions)


def _alive(seen: Alive) -> Passed:
    evidence: JsonObject = {
        "pings_answered": len(seen.round_trips),
        "held_s": round(seen.seconds, 1),
        "wanted_s": seen.wanted,
    }
    if not seen.round_trips:
        return Passed(summary="the server talks, though it does not answer pings", evidence=evidence)
    answer = f"a ping is answered in {median(seen.round_trips):.0f} ms"
    held = f"open for {seen.seconds:.0f} s, " if seen.wanted >= 1 else ""
    return Passed(summary=held + answer, evidence=evidence)


def _mute(waited: float) -> Finding:
    if silence(Operation.HOLD, waited).kind is Kind.CUT_OFF:
        return Undecided(summary=f"we could not tell: no answer to a ping in the {waited:.1f} s that were left")
    summary = f"the signalling server sent nothing for {waited:.1f} s after a ping"
    return Failed(cause=causes.NO_PONG, summary=summary, evidence={"waited_s": round(waited, 1)})


def _over(seconds: float, ending: Ended) -> Finding:
    evidence: JsonObject = {"held_s": round(seconds, 1)}
    match ending:
        case Closed(code=code, reason=reason):
            summary = f"the server closed the idle connection with {code} after {seconds:.1f} s"
            evidence = {**evidence, "close_code": code, "close_reason": reason}
            if code in _POLITE:
                return Passed(summary=f"{summary}, as it may while nobody joins", evidence=evidence)
            return Failed(cause=causes.LOST, summary=summary, evidence=evidence)
        case Lost(failure=failure):
            summary = f"the signalling connection broke off after {seconds:.1f} s: {failure}"
            return Failed(cause=causes.LOST, summary=summary, evidence=evidence)
        case Broken(code=code, detail=detail):
            summary = f"the server breaks the websocket protocol: {detail}"
            return Failed(cause=causes.GARBAGE, summary=summary, evidence={**evidence, "we_closed_with": code})


def _measure(observation: Observation) -> Mapping[str, float]:
    alive = observation.alive if isinstance(observation, Stayed) else observation
    if isinstance(alive, Alive) and alive.round_trips:
        return {"rtt_ms": median(alive.round_trips)}
    return {}


def _worth_repeating(observation: Observation) -> bool:
    return isinstance(observation, Mute | Over | NotReopened)


CHECK = Check(
    id="signalling.hold",
    title="the signalling connection over time",
    asks="Does the signalling connection stay alive and answer pings?",
    codes=frozenset({1003} | WORD_CODES),
    needs=(LiveSignalling,),
    wants=(RoomVisit, MediaFlow),
    timeout=30.0,
    observe=observe,
    diagnose=diagnose,
    measure=_measure,
    worth_repeating=_worth_repeating,
)
