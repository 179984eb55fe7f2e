"""Does the signalling websocket open, and does the server tell our role? Nobody in the room sees that."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import TypeAlias

from hms_doctor.model.causes import signalling as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.failure import LEAST_SILENCE, was_asked_again
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned
from hms_doctor.model.init.server_words import WORD_CODES
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.server import RolePolicy, SignallingUrl
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.signalling.messages import POLICY, ServerFault
from hms_doctor.model.signalling.not_opened import judge_fault, judge_not_opened
from hms_doctor.model.signalling.websocket import (
    BadUrl,
    Broken,
    Closed,
    Ended,
    Lost,
    NotDialled,
    NotOpened,
    RequestSwallowed,
)
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.model.vantage import ProxyUse, Vantage
from hms_doctor.wire.websocket import signalling as wire

_SHOWN = 10
_LONGEST_ROLE = 100


@dataclass(frozen=True, kw_only=True)
class Underway:
    """Cut off here, we could not tell."""

    host: str
    waits_for: str
    steps: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Unopened:
    """No websocket came about."""

    host: str
    not_opened: NotOpened


@dataclass(frozen=True, kw_only=True)
class HungUp:
    """The websocket opened and ended before the policy."""

    host: str
    ending: Ended
    steps: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Unserved:
    """The websocket stayed open and brought no usable policy."""

    host: str
    instead: wire.NoPolicy | wire.PolicyLost
    steps: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The server said no."""

    host: str
    fault: ServerFault
    steps: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Greeted:
    """The server told our role."""

    host: str
    policy: RolePolicy
    claimed: str  # the role in the token, empty where it is not known
    live: wire.LiveSignalling
    steps: Mapping[str, float]


Observation: TypeAlias = Underway | Unopened | HungUp | Unserved | Refused | Greeted


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Observation]:
    """Open as the SDK does, send its first ping, wait for ``on-policy-change``; the join is never sent."""
    server, claimed = facts[SignallingUrl], _claimed_role(facts)
    host = server.host
    opened = await wire.converse(ctx, server)
    if not isinstance(opened, wire.Conversation):
        yield Unopened(host=host, not_opened=opened)
        return
    conversation = await ctx.keep(opened)
    yield Underway(host=host, waits_for=POLICY, steps=conversation.steps)
    began = ctx.clock.monotonic()
    await conversation.ping(ctx.patience())
    answer = await wire.await_policy(ctx, conversation)
    steps = {**conversation.steps, "policy_ms": 1000 * (ctx.clock.monotonic() - began)}
    if isinstance(answer, RolePolicy):
        live = wire.LiveSignalling(server=server, conversation=conversation)
        yield Greeted(host=host, policy=answer, claimed=claimed, live=live, steps=steps)
        return
    await conversation.aclose()
    seen = await wire.look_into_silence(ctx, server, answer) if isinstance(answer, wire.NoPolicy) else answer
    yield _without_policy(host, seen, conversation.steps)


def _without_policy(
    host: str, answer: ServerFault | Ended | wire.NoPolicy | wire.PolicyLost, steps: Mapping[str, float]
) -> HungUp | Refused | Unserved:
    match answer:
        case ServerFault():
            return Refused(host=host, fault=answer, steps=steps)
        case Closed() | Broken() | Lost():
            return HungUp(host=host, ending=answer, steps=steps)
        case wire.NoPolicy() | wire.PolicyLost():
            return Unserved(host=host, instead=answer, steps=steps)


def _claimed_role(facts: Facts) -> str:
    role = facts[WellFormedToken].claims.get("role") if WellFormedToken in facts else ""
    return role if isinstance(role, str) else ""


def diagnose(observation: Observation) -> Iterable[Finding]:
    """Judge what the websocket did."""
    match observation:
        case Underway(host=host, waits_for=what):
            yield Undecided(summary=f"we could not tell: cut off while waiting for {what} from {host}")
        case Unopened(host=host, not_opened=not_opened):
            yield judge_not_opened(host, not_opened)
        case HungUp(host=host, ending=ending):
            yield _hung_up(host, ending)
        case Unserved(host=host, instead=instead):
            yield _unserved(host, instead)
        case Refused(host=host, fault=fault):
            yield judge_fault(host, fault)
        case Greeted():
            yield from _greeted(observation)


def _hung_up(host: str, ending: Ended) -> Failed:
    match ending:
        case Closed(code=code, reason=reason):
            summary = f"{host} opened the websocket and closed it with {code} before the policy"
            evidence: JsonObject = {"host": host, "close_code": code, "close_reason": reason}
            return Failed(cause=causes.CLOSED_EARLY, summary=summary, evidence=evidence)
        case Lost(failure=failure):
            summary = f"{host} opened the websocket and cut it before the policy: {failure}"
            return Failed(cause=causes.CLOSED_EARLY, summary=summary, evidence={"host": host})
        case Broken(code=code, detail=detail):
            summary = f"{host} breaks the websocket protocol: {detail}"
            return Failed(cause=causes.GARBAGE, summary=summary, evidence={"host": host, "we_closed_with": code})


def _unserved(host: str, seen: wire.NoPolicy | wire.PolicyLost) -> Finding:
    if isinstance(seen, wire.PolicyLost):
        summary = f"large packets vanish on the way to {host}, the policy too: only small requests are answered"
        return Failed(cause=causes.POLICY_LOST, summary=summary, evidence={"host": host, "confidence": "high"})
    evidence: JsonObject = {
        "host": host,
        "waited_s": round(seen.waited, 1),
        "messages": list(dict.fromkeys(seen.methods))[:_SHOWN],
        "not_understood": list(dict.fromkeys(seen.garbage))[:_SHOWN],
    }
    if seen.garbage:
        summary = f"{host} sends no policy, but what cannot be understood: {seen.garbage[0]}"
        return Failed(cause=causes.GARBAGE, summary=summary, evidence=evidence)
    if seen.waited < LEAST_SILENCE and len(seen.methods) < wire.MOST_MESSAGES:
        summary = f"we could not tell: no policy from {host} in the {seen.waited:.1f} s that were left"
        return Undecided(summary=summary, evidence=evidence)
    summary = f"{host} opened the websocket, but sent no {POLICY} in {seen.waited:.1f} s; the SDK waits for ever"
    return Failed(cause=causes.NO_POLICY, summary=summary, evidence=evidence)


def _greeted(seen: Greeted) -> Iterable[Finding]:
    policy = seen.policy
    role = policy.role[:_LONGEST_ROLE]
    known = [name[:_LONGEST_ROLE] for name in policy.known_roles[:_SHOWN]]
    evidence: JsonObject = {
        "host": seen.host,
        "role": role,
        "publishes": sorted(policy.publishes),
        "known_roles": known,
    }
    if policy.role not in policy.known_roles:
        summary = f"the server gives the role {role}, which the room's template does not know"
        yield Failed(cause=causes.ROLE_UNKNOWN, summary=summary, evidence=evidence)
        return
    if seen.claimed not in {"", policy.role}:
        claimed = seen.claimed[:_LONGEST_ROLE]
        summary = f"the token says role {claimed}, the server gives {role}"
        yield Warned(cause=causes.ROLE_DIFFERS, summary=summary, evidence={**evidence, "claimed": claimed})
    media = ", ".join(sorted(policy.publishes)) or "nothing"
    yield Passed(summary=f"role {role}, policy received; may publish {media}", evidence=evidence)


def _facts_in(observation: Observation) -> Iterable[object]:
    return (observation.policy, observation.live) if isinstance(observation, Greeted) else ()


def _measure(observation: Observation) -> Mapping[str, float]:
    if isinstance(observation, Unopened):
        return observation.not_opened.steps
    return observation.steps


def _worth_repeating(observation: Observation) -> bool:
    match observation:
        case Unopened(not_opened=NotOpened(outcome=NotDialled(failure=failure))):
            return not was_asked_again(failure)
        case Unopened(not_opened=NotOpened(outcome=outcome)):
            return not isinstance(outcome, BadUrl | RequestSwallowed)
        case Unserved(instead=wire.PolicyLost()):
            return False
        case HungUp() | Unserved():
            return True
        case Underway() | Refused() | Greeted():
            return False


def _experiments(observation: Observation) -> Iterable[Vantage]:
    if isinstance(observation, Unopened) and observation.not_opened.via:
        yield Vantage(proxy=ProxyUse.DIRECT)


CHECK = Check(
    id="signalling.connect",
    title="the signalling websocket and the role's policy",
    asks="Does the signalling websocket open, and does the server send our role's policy?",
    codes=frozenset({1003, 40108} | WORD_CODES),
    needs=(SignallingUrl,),
    wants=(WellFormedToken,),
    yields=(RolePolicy, wire.LiveSignalling),
    timeout=25.0,
    observe=observe,
    diagnose=diagnose,
    offers=_facts_in,
    measure=_measure,
    worth_repeating=_worth_repeating,
    experiments=_experiments,
)
