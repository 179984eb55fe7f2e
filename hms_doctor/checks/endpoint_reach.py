"""Can the init endpoint be reached: name, TCP over both families, proxy, TLS, and who vouches for its certificate."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import field, replace
from typing import Final, TypeAlias, TypeVar

from hms_doctor.model.causes import network, tls
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.failure import Failure, Kind, Operation, was_asked_again
from hms_doctor.model.finding import Failed, Finding, Passed, Warned
from hms_doctor.model.network.not_reached import Attempt, certificate_evidence, evidence, judge_not_reached
from hms_doctor.model.network.own_host import addressed, is_of_100ms
from hms_doctor.model.network.server import CertificateFacts, EndpointUrl, NoServerTime, NoTls, ServerTime, TlsFacts
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Family, ProxyUse, TrustUse, Vantage
from hms_doctor.wire.connection.dial import DialFailed, dial, dial_each_family
from hms_doctor.wire.connection.public_view import (
    UNTRUSTED,
    Intercepted,
    NotCompared,
    PubliclyTrusted,
    PublicView,
    public_view,
)
from hms_doctor.wire.connection.resolve import who_else_may_know
from hms_doctor.wire.http.reach import NotReached, Reached, attempt_of, target_of
from hms_doctor.wire.http.second_look import Insight, insight_into, time_behind_bad_certificate

GRACE: Final = 0.3
"""Seconds that a working connection waits for what is only a note."""
SLOW_NAMES: Final = 2000.0
"""Milliseconds for a look-up that whoever joins feels."""
DEAD_SERVER: Final = 4000.0
"""Milliseconds for a look-up that mean a dead server before the one that answered (glibc waits 5 s for each)."""
_NO_USER_ROOTS: Final = frozenset({Platform.ANDROID, Platform.FLUTTER, Platform.REACT_NATIVE})
_OF_CLOCKS: Final = frozenset({Kind.TLS_EXPIRED, Kind.TLS_NOT_YET_VALID})
_TIMED: Final = frozenset({Operation.RESOLVE, Operation.CONNECT, Operation.PROXY, Operation.TLS})
Result = TypeVar("Result")
Families: TypeAlias = Mapping[Family, float | Failure]


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """TLS with the endpoint works."""

    reached: Reached
    platform: Platform
    tls: TlsFacts | NoTls
    steps: Mapping[str, float]
    public: PublicView
    families: Families


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A step of the way failed; ``time`` is the server's where the certificate's dates were in question."""

    not_reached: NotReached
    insight: Insight = Insight.NONE
    time: ServerTime | NoServerTime = field(default_factory=NoServerTime)
    families: Families = field(default_factory=dict)
    others_to_ask: tuple[str, ...] = ()  # name servers of this network that may know the name


Observation: TypeAlias = Arrived | Stopped


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Observation]:
    """Dial as an app would; beside it, each family alone and a handshake that trusts the public roots only."""
    endpoint = facts[EndpointUrl]
    target = target_of(endpoint)
    async with _beside(dial_each_family(ctx, target)) as families, _beside(public_view(ctx, target)) as public:
        dialled = await dial(ctx, target)
        if isinstance(dialled, DialFailed):
            stopped = Stopped(not_reached=NotReached(endpoint=endpoint, failed=dialled))
            yield stopped
            yield await _looked_closer(ctx, stopped, families)
            return
        # The run's stack keeps it open for init, which needs no second handshake then.
        await ctx.keep(dialled.stream)
        await asyncio.wait({public}, timeout=ctx.patience())  # on a phone's platform its word decides the verdict
        await asyncio.wait({families}, timeout=min(GRACE, ctx.patience()))
        yield Arrived(
            reached=Reached(
                endpoint=endpoint, vantage=ctx.vantage, address=dialled.address, via=dialled.via, spare=[dialled]
            ),
            platform=ctx.settings.platform,
            tls=dialled.tls,
            steps=dialled.steps,
            public=public.result() if public.done() else NotCompared(why="no answer in time"),
            families=families.result() if families.done() else {},
        )


async def _looked_closer(ctx: Context, stopped: Stopped, families: "asyncio.Task[Families]") -> Stopped:
    failure, target = stopped.not_reached.failed.failure, target_of(stopped.not_reached.endpoint)
    if failure.kind in _OF_CLOCKS:
        return replace(stopped, time=await time_behind_bad_certificate(ctx, target))
    insight = await insight_into(ctx, target, failure)
    if failure.operation not in {Operation.CONNECT, Operation.TLS}:
        return replace(stopped, insight=insight, others_to_ask=who_else_may_know(ctx, failure))
    await asyncio.wait({families}, timeout=ctx.patience())
    return replace(stopped, families=families.result() if families.done() else {}, insight=insight)


@asynccontextmanager
async def _beside(work: Coroutine[None, None, Result]) -> AsyncIterator["asyncio.Task[Result]"]:
    """Run something beside the main way; it ends with it at the latest."""
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def diagnose(observation: Observation) -> Iterable[Finding]:
    """Judge the way to the endpoint."""
    match observation:
        case Arrived():
            yield from _arrived(observation)
        case Stopped(not_reached=not_reached, insight=insight):
            yield _stopped(attempt_of(not_reached.endpoint, not_reached.failed), insight)


def _stopped(attempt: Attempt, insight: Insight) -> Finding:
    match insight:
        case Insight.NAT64:
            summary = f"{attempt.host} is an IPv4 address, and this network carries IPv6 alone: {attempt.failure}"
            return Failed(cause=network.NAT64_LITERAL, summary=summary, evidence=evidence(attempt))
        case Insight.IPV6_ALONE:
            summary = f"{attempt.host} is an IPv4 address, and this machine has IPv6 alone: {attempt.failure}"
            action = "Use a host name that has an IPv6 address, or a network with IPv4."
            return Failed(cause=network.NAT64_LITERAL, summary=summary, action=action, evidence=evidence(attempt))
        case Insight.PLAIN_HTTP:
            summary = f"{attempt.host} port {attempt.port} answers HTTP in the clear and no TLS"
            action = addressed(tls.PROTOCOL.action, attempt.host, attempt.port)
            return Failed(cause=tls.PROTOCOL, summary=summary, action=action, evidence=evidence(attempt))
        case Insight.NONE:
            return judge_not_reached(attempt)


def _arrived(seen: Arrived) -> Iterable[Finding]:
    if isinstance(seen.public, Intercepted):
        yield _intercepted(seen, seen.public)
    yield from _slow_names(seen)
    told = seen.tls.version if isinstance(seen.tls, TlsFacts) else "no TLS"
    proxy = f"by the proxy {seen.reached.via}" if seen.reached.via else "no proxy"
    yield Passed(summary=f"{seen.reached.address}, {told}, {proxy}", evidence=_evidence(seen))
    for family, result in seen.families.items():
        if isinstance(result, Failure) and result.operation is Operation.CONNECT:
            name = {"ipv4": "IPv4", "ipv6": "IPv6"}[family.value]
            yield Passed(summary=f"{name} does not get there ({result}), the other family does")


def _slow_names(seen: Arrived) -> Iterable[Finding]:
    took = seen.steps.get("resolve_ms", 0.0)
    if took >= SLOW_NAMES:
        summary = f"looking up {seen.reached.via or seen.reached.endpoint.host} took {took / 1000:.1f} s"
        why = "a DNS server of this machine does not answer" if took >= DEAD_SERVER else "its DNS server is slow"
        yield Warned(cause=network.DNS_SLOW, summary=f"{summary}: {why}")


def _intercepted(seen: Arrived, public: Intercepted) -> Finding:
    host = seen.reached.endpoint.host
    summary = f"TLS to {host} is intercepted by {public.issuer}: no public root vouches for its certificate"
    if not is_of_100ms(host):
        summary = (
            f"no public root vouches for the certificate of {host}, issued by {public.issuer}: "
            "TLS is intercepted, or the certificate private"
        )
    action = addressed(tls.INTERCEPTED.action, host)
    if seen.platform in _NO_USER_ROOTS:
        summary += f"; apps on {seen.platform.value} do not trust it"
        return Failed(cause=tls.INTERCEPTED, summary=summary, action=action, evidence={"issuer": public.issuer})
    summary += "; this machine trusts it"
    return Warned(cause=tls.INTERCEPTED, summary=summary, action=action, evidence={"issuer": public.issuer})


def _evidence(seen: Arrived) -> dict[str, str | list[str]]:
    told: dict[str, str | list[str]] = {"address": seen.reached.address, "proxy": seen.reached.via or "none"}
    for family, result in seen.families.items():
        told[family.value] = str(result) if isinstance(result, Failure) else f"{result:.1f} ms"
    if isinstance(seen.tls, TlsFacts):
        told |= {"tls": seen.tls.version, "cipher": seen.tls.cipher, "trust": seen.tls.trust}
        if isinstance(seen.tls.certificate, CertificateFacts):
            told |= certificate_evidence(seen.tls.certificate)
    told["public_roots"] = _public_words(seen.public)
    return told


def _public_words(public: PublicView) -> str:
    match public:
        case PubliclyTrusted():
            return "vouch for it too"
        case Intercepted():
            return "do not vouch for it"
        case NotCompared(why=why):
            return f"not compared: {why}"


def _facts_in(observation: Observation) -> Iterable[object]:
    match observation:
        case Arrived(reached=reached):
            return (reached,)
        case Stopped(not_reached=not_reached, time=time):
            return (not_reached, time)


def _measure(observation: Observation) -> Mapping[str, float]:
    return observation.steps if isinstance(observation, Arrived) else observation.not_reached.failed.steps


def _worth_repeating(observation: Observation) -> bool:
    if isinstance(observation, Arrived):
        return False
    failure = observation.not_reached.failed.failure
    return failure.operation in _TIMED and not was_asked_again(failure)


def _experiments(observation: Observation) -> Iterable[Vantage]:
    if isinstance(observation, Arrived):
        return
    failed = observation.not_reached.failed
    if failed.via:
        yield Vantage(proxy=ProxyUse.DIRECT)
    yield from (Vantage(resolver=server) for server in observation.others_to_ask)
    tried = [why for why in observation.families.values() if not _is_missing(why)]
    if len(tried) > 1:
        yield Vantage(family=Family.IPV4)
        yield Vantage(family=Family.IPV6)
    if failed.failure.kind in UNTRUSTED:
        yield Vantage(trust=TrustUse.PUBLIC)


def _is_missing(result: float | Failure) -> bool:
    return isinstance(result, Failure) and result.operation is Operation.RESOLVE


CHECK = Check(
    id="endpoint.reach",
    title="the way to the init endpoint",
    asks="Can the init endpoint be reached, by whatever proxy, and is its certificate trusted?",
    codes=frozenset({2003}),
    needs=(EndpointUrl,),
    yields=(Reached, NotReached, ServerTime),
    observe=observe,
    diagnose=diagnose,
    offers=_facts_in,
    measure=_measure,
    worth_repeating=_worth_repeating,
    experiments=_experiments,
)
