"""Who answers a binding request over UDP, and from where do they see us (RFC 8489 section 6)."""

from collections.abc import AsyncGenerator, Iterable, Mapping

from hms_doctor.model.causes import ice as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.failure import Kind, Operation
from hms_doctor.model.finding import Finding, NothingToCheck, Passed, Undecided, Warned
from hms_doctor.model.ice.families_here import bindings_here
from hms_doctor.model.ice.relay_words import ms_words
from hms_doctor.model.ice.relays import BindingRow, Bindings, Bound, Unanswered, Unfinished, is_unknown
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.own_host import addressed
from hms_doctor.wire.stun.bindings import sweep_bindings


async def observe(ctx: Context, facts: Facts) -> AsyncGenerator[Bindings, None]:
    """Ask every UDP port of the list, and the usual ports of the same hosts, all at once."""
    bindings = Bindings(offered=())
    async for bindings in sweep_bindings(ctx, facts[IceServers]):
        yield bindings
    if not bindings.rows:
        yield bindings


def diagnose(bindings: Bindings) -> Iterable[Finding]:
    """Say who answers; silence is a warning at most, since media may still go through a relay on TCP."""
    evidence = _evidence(bindings)
    bindings = Bindings(offered=bindings_here(bindings.offered), beyond=bindings_here(bindings.beyond))
    bound = [row.outcome for row in bindings.rows if isinstance(row.outcome, Bound)]
    if not bindings.rows:
        yield NothingToCheck(summary="the list names no server that could be asked over UDP")
    elif not bound and not bindings.offered:
        # Whether UDP is blocked or these servers have none cannot be told, and nobody promised any.
        yield NothingToCheck(summary="the list offers nothing over UDP, and its hosts answer on no usual UDP port")
    elif bound:
        seen = ", ".join(dict.fromkeys(outcome.address for outcome in bound))
        fastest = ms_words(min(outcome.rtt_ms for outcome in bound))
        yield Passed(
            summary=f"{len(bound)} of {len(bindings.rows)} UDP ports answer, {fastest}, seen as {seen}",
            evidence=evidence,
        )
    elif any(is_unknown(row.outcome) for row in bindings.rows):
        yield Undecided(summary="we could not tell: the run's deadline came before an answer", evidence=evidence)
    else:
        yield _silence(bindings, evidence)


def _silence(bindings: Bindings, evidence: JsonObject) -> Warned:
    """Tell ports that stay silent from those that were never asked, for want of an address or of permission."""
    failures = [row.outcome.failure for row in bindings.rows if isinstance(row.outcome, Unanswered)]
    how = ", ".join(dict.fromkeys(failure.kind.value for failure in failures))
    summary, action = f"no UDP port could be asked: {how}", causes.STUN_SILENT.action
    if all(failure.operation is Operation.RESOLVE for failure in failures):
        action = causes.UNRESOLVED.action
    elif all(failure.kind is Kind.NOT_PERMITTED for failure in failures):
        action = causes.UDP_FORBIDDEN.action
    elif all(failure.kind is Kind.IPV6_ALONE for failure in failures):
        action = causes.IPV4_LITERAL.action
    else:
        summary = f"0 of {len(bindings.rows)} UDP ports answer: {how}"
    action = addressed(action, bindings.rows[0].path.host)
    return Warned(cause=causes.STUN_SILENT, summary=summary, action=action, evidence=evidence)


def _evidence(bindings: Bindings) -> JsonObject:
    return {"rows": [_row(row) for row in bindings.offered], "beyond": [_row(row) for row in bindings.beyond]}


def _row(row: BindingRow) -> JsonObject:
    told = {"url": row.path.url, "family": row.path.family.value, "attempts": row.attempts}
    match row.outcome:
        case Bound(address=address, rtt_ms=rtt_ms):
            return {**told, "failure": None, "address": address, "rtt_ms": round(rtt_ms, 2)}
        case Unanswered(failure=failure):
            return {**told, "failure": str(failure), "address": None, "rtt_ms": None}
        case Unfinished():
            return {**told, "failure": "cut off by the run's deadline", "address": None, "rtt_ms": None}


def measure(bindings: Bindings) -> Mapping[str, float]:
    """Give the shortest round trip."""
    rtts = sorted(row.outcome.rtt_ms for row in bindings.rows if isinstance(row.outcome, Bound))
    return {"rtt_ms": rtts[0]} if rtts else {}


CHECK = Check[Bindings](
    id="ice.stun",
    title="STUN over UDP",
    asks="Do the STUN and TURN servers answer a binding request over UDP, and from which address do they see us?",
    needs=(IceServers,),
    yields=(Bindings,),
    observe=observe,
    diagnose=diagnose,
    measure=measure,
)
