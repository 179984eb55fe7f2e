"""Whether media will find a way: the conclusion from relays and bindings, and the only one to tell 4005."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import field, replace
from typing import Final, TypeAlias

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import ice as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned
from hms_doctor.model.ice.blame import NOT_THE_NETWORKS, cause_of_block, first_cause, own_action, streams
from hms_doctor.model.ice.families_here import bindings_here, relays_here
from hms_doctor.model.ice.lasting import dying
from hms_doctor.model.ice.media import Quality
from hms_doctor.model.ice.obstacles import UNTRIED, is_forbidden, opening, passage, ways_that_fail
from hms_doctor.model.ice.other_ways import Surroundings, Tried, judge, paths_from, worth_trying
from hms_doctor.model.ice.relay_words import (
    best_rtt,
    causes_of,
    ms_words,
    over,
    short_words,
    tally,
    words_of,
    works,
)
from hms_doctor.model.ice.relays import (
    Allocated,
    BindingRow,
    Bindings,
    Bound,
    Proven,
    Refused,
    RelayRow,
    Relays,
    is_unknown,
)
from hms_doctor.model.ice.udp import Udp, silent_ports, udp_passes, unbound_ports
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import AS_AN_APP, Vantage
from hms_doctor.wire.turn.knock import knock
from hms_doctor.wire.turn.surroundings import surroundings

PORTS_TO_BE_SURE: Final = 2


@dataclass(frozen=True, kw_only=True)
class NoBindings:
    """Nobody asked for bindings (``ice.stun`` did not run)."""


@dataclass(frozen=True, kw_only=True)
class NoQuality:
    """No relay was asked to carry more than a handful of packets."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """All that there is to conclude from."""

    relays: Relays
    bindings: Bindings | NoBindings
    quality: Quality | NoQuality = field(default_factory=NoQuality)
    here: Surroundings = field(default_factory=Surroundings)


Rows: TypeAlias = Sequence[RelayRow]
Observation: TypeAlias = Seen | Tried


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Observation]:
    """Only read what the others saw; from another vantage, knock where the servers may be met in another way."""
    rows = facts[Relays].rows
    if ctx.vantage == AS_AN_APP:
        bindings, quality = facts.get(Bindings, NoBindings()), facts.get(Quality, NoQuality())
        yield Seen(relays=facts[Relays], bindings=bindings, quality=quality, here=surroundings(ctx, rows))
    else:
        yield Tried(vantage=ctx.vantage, rows=await knock(ctx, paths_from(ctx.vantage, rows)))


def diagnose(observation: Observation) -> Iterable[Finding]:
    """Judge what the others saw, or what one change did."""
    match observation:
        case Tried():
            yield judge(observation)
        case Seen(quality=quality):
            loops = quality.rows if isinstance(quality, Quality) else ()
            yield from dying(observation.relays.rows, loops) or _conclude(_of_this_machine(observation))


def _of_this_machine(seen: Seen) -> Seen:
    relays = Relays(rows=relays_here(seen.relays.rows))
    if not isinstance(seen.bindings, Bindings):
        return replace(seen, relays=relays)
    bindings = Bindings(offered=bindings_here(seen.bindings.offered), beyond=bindings_here(seen.bindings.beyond))
    return replace(seen, relays=relays, bindings=bindings)


def _conclude(seen: Seen) -> Iterable[Finding]:
    """Apply the rules, the best news first."""
    udp, stream = over(seen.relays.rows, Transport.UDP), over(seen.relays.rows, Transport.TCP, Transport.TLS)
    if any(works(row.outcome) for row in udp):
        yield Passed(summary=_relay_words(udp), evidence=_evidence(seen))
    elif any(works(row.outcome) for row in stream):
        yield _without_udp(seen, udp, _relay_words(stream))
    elif any(is_unknown(row.outcome) for row in seen.relays.rows):
        yield Undecided(
            summary=f"we could not tell whether a call finds a way ({tally(seen.relays.rows)})",
            action="Give the run more time with --timeout.",
            evidence=_evidence(seen),
        )
    else:
        yield _without_relay(seen)


def _relay_words(rows: Rows) -> str:
    """Say what a call will be, as the headline of a healthy run tells it."""
    for row in sorted(rows, key=_preference):
        way = f"relay over {row.path.transport.value.upper()}"
        proxy = f" through the proxy {row.via}" if row.via else ""
        for rtt in best_rtt([row]):
            return f"{way}{proxy} at {ms_words(rtt)}"
        if isinstance(row.outcome, Allocated):
            return f"{way}{proxy} ({words_of(row.outcome)})"
    return ""


def _preference(row: RelayRow) -> tuple[bool, int, float]:
    """Order rows as browsers do, by what carries them (libwebrtc's relay preferences), then by their round trip."""
    is_proven = isinstance(row.outcome, Proven)
    return not is_proven, [*Transport].index(row.path.transport), min(best_rtt([row]), default=float("inf"))


def _without_udp(seen: Seen, udp: Rows, way: str) -> Finding:
    """Relays work on TCP or TLS alone: a call will stand, and a lost packet will hold up those behind it."""
    refused = [row for row in udp if isinstance(row.outcome, Refused)]
    troubles = causes_of(refused or udp)
    if not troubles or any(is_unknown(row.outcome) for row in udp):
        seen_over_udp = "no relay over UDP was seen" if udp else "none over UDP is offered"
        return Passed(summary=f"{way}; {seen_over_udp}", evidence=_evidence(seen))
    if _udp(seen) is Udp.DEAD:
        forbidden = all(is_forbidden(row.outcome) for row in udp)
        cause = causes.UDP_FORBIDDEN if forbidden else causes.UDP_BLOCKED
        summary = f"{cause.title}, so calls go through a {way}: expect delay when packets get lost"
        return Warned(cause=cause, summary=summary, action=opening(udp), evidence=_evidence(seen))
    cause = next(iter(troubles.values()))[0]
    action = "" if refused else _way_out(seen, udp)
    words = short_words(troubles[cause.id][1][0].outcome)
    return Warned(
        cause=cause,
        summary=f"no relay over UDP ({words}), so calls go through a {way}",
        action=action,
        evidence=_evidence(seen),
    )


def _without_relay(seen: Seen) -> Finding:
    rows, udp = seen.relays.rows, _udp(seen)
    refused = [row for row in rows if isinstance(row.outcome, Refused)]
    if refused and udp is not Udp.DEAD:
        cause = first_cause(refused)
        return _direct_path_only(seen, cause, f"{cause.title} ({short_words(refused[0].outcome)})")
    if not rows and udp is not Udp.DEAD:
        return _direct_path_only(seen, causes.NONE_OFFERED, causes.NONE_OFFERED.title)
    cause = first_cause(refused) if refused else cause_of_block(rows, udp)
    sure = (
        udp is Udp.DEAD
        and len(silent_ports(_bindings(seen))) >= PORTS_TO_BE_SURE
        and not refused
        and bool(streams(rows))
    )
    return Failed(
        cause=cause,
        summary=f"ICE connection failed: {ways_that_fail(rows, udp_is_dead=udp is Udp.DEAD)}",
        action=own_action(cause, rows) if refused or cause in NOT_THE_NETWORKS else _way_out(seen, rows),
        evidence={"confidence": "high" if sure else "medium", **_evidence(seen)},
    )


def _way_out(seen: Seen, rows: Rows) -> str:
    """Ask for TURN at a door where STUN passes, else for the door to be opened."""
    bound = {(row.path.host, row.path.port) for row in _bindings(seen) if isinstance(row.outcome, Bound)}
    open_to_stun = [row for row in over(rows, Transport.UDP) if (row.path.host, row.path.port) in bound]
    return passage(open_to_stun) if open_to_stun else opening(rows)


def _direct_path_only(seen: Seen, cause: Cause, why: str) -> Warned:
    return Warned(
        cause=cause,
        summary=f"{why}: without a relay only a direct path can work{UNTRIED}",
        evidence=_evidence(seen),
    )


def _udp(seen: Seen) -> Udp:
    return udp_passes(seen.relays.rows, _bindings(seen))


def _bindings(seen: Seen) -> Sequence[BindingRow]:
    return seen.bindings.rows if isinstance(seen.bindings, Bindings) else ()


def experiments(observation: Observation) -> Iterable[Vantage]:
    """Say what to try once media finds no way, or none over UDP."""
    if isinstance(observation, Tried):
        return
    seen = _of_this_machine(observation)
    yield from worth_trying(seen.relays.rows, unbound_ports(_bindings(seen)), seen.here)


def _evidence(seen: Seen) -> JsonObject:
    return {
        "udp": _udp(seen).value,
        "relays": tally(seen.relays.rows),
        "silent_udp_ports": sorted(silent_ports(_bindings(seen))),
    }


CHECK = Check[Observation](
    id="ice.verdict",
    title="a way for media",
    asks="Will a call find a way for its media, and which?",
    codes=frozenset({4005}),
    needs=(Relays,),
    wants=(Bindings, Quality),
    concludes=True,
    observe=observe,
    diagnose=diagnose,
    experiments=experiments,
)
