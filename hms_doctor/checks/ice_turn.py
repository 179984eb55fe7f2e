"""Which TURN URLs of the list lend a relay that packets pass through (RFC 8656)."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import ice as causes
from hms_doctor.model.causes.run import FLAKY
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Finding, Passed, Undecided, Warned
from hms_doctor.model.ice.families_here import relays_here
from hms_doctor.model.ice.host_addresses import HostAddresses
from hms_doctor.model.ice.relay_words import NETWORK, causes_of, evidence_of, tally, words_of, works
from hms_doctor.model.ice.relays import Proven, RelayRow, Relays, Unreached, is_unknown
from hms_doctor.model.ice.servers import ExpiresIn, IceServers
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.own_host import addressed, is_of_100ms
from hms_doctor.model.network.server import ServerTime
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.times import duration_words, utc_words
from hms_doctor.wire.turn.sweep import sweep

LEAST_LIFE: Final = 600.0
"""Seconds: an allocation's default lifetime (RFC 8656 section 3.2); with less left, its first renewal may fail."""


@dataclass(frozen=True, kw_only=True)
class NoServerTime:
    """Only our own clock is known."""


@dataclass(frozen=True, kw_only=True)
class NoAddresses:
    """Nobody read this machine's addresses."""


async def observe(ctx: Context, facts: Facts) -> AsyncGenerator[Relays, None]:
    """Look at all paths at once; every row that ends makes the observation fuller."""
    time = facts.get(ServerTime, NoServerTime())
    now = ctx.clock.wall() - (time.skew if isinstance(time, ServerTime) else 0.0)
    relays, names = Relays(rows=()), _interfaces(facts.get(HostAddresses, NoAddresses()))
    async with aclosing(sweep(ctx, facts[IceServers], now)) as rows:
        async for row in rows:
            relays = Relays(rows=tuple(_named(each, names) for each in row))
            yield relays
    if not relays.rows:
        yield relays


def _interfaces(known: HostAddresses | NoAddresses) -> Mapping[str, str]:
    return {a.ip: a.interface for a in known.addresses} if isinstance(known, HostAddresses) else {}


def _named(row: RelayRow, interfaces: Mapping[str, str]) -> RelayRow:
    """Say by which interface a path leaves: a VPN may take one and leave the other."""
    return replace(row, source=f"{row.source} ({interfaces[row.source]})") if row.source in interfaces else row


def diagnose(relays: Relays) -> Iterable[Finding]:
    """Say which relays work; what keeps the others from it warns at most, the verdict on calls is ``ice.verdict``'s."""
    rows = relays_here(relays.rows)
    working = [row for row in rows if works(row.outcome)]
    if not rows:
        yield Warned(cause=causes.NONE_OFFERED, summary="the list names no TURN server")
    elif not working and all(is_unknown(row.outcome) for row in rows):
        yield Undecided(
            summary=f"we could not tell: no relay answered in the time there was ({words_of(rows[0].outcome)})",
            action="Give the run more time with --timeout.",
            evidence=_evidence(rows),
        )
    elif working:
        yield Passed(summary=tally(rows), evidence=_evidence(rows))
        yield from _flaky(working)
        yield from _families(rows)
        yield from _intercepted(working)
        yield from _broken_servers(rows)
        yield from _short_lives(working)
    else:
        yield from _nothing_works(rows)


def _broken_servers(rows: Sequence[RelayRow]) -> Iterable[Finding]:
    """Beside a relay that works, a blocked way is a note; a server that is set up wrongly will hurt somebody.

    A quota reached at a host that lent us a relay may be filled by us alone: a note, too.
    """
    lenders = {row.path.host for row in rows if works(row.outcome)}
    for cause, broken in causes_of(rows).values():
        told = [row for row in broken if cause is not causes.QUOTA or row.path.host not in lenders]
        if told and cause.id not in NETWORK:
            action = addressed(cause.action, told[0].path.host)
            yield Warned(cause=cause, summary=_one_fails(told), action=action, evidence=_evidence(told))


def _flaky(working: Sequence[RelayRow]) -> Iterable[Finding]:
    for row in [row for row in working if row.attempts > 1][:1]:
        yield Warned(cause=FLAKY, summary=f"1 of 2 tries failed: {row.path.url}", evidence=_evidence(working))


def _families(rows: Sequence[RelayRow]) -> Iterable[Finding]:
    """Note an address family that leads nowhere while the other works."""
    for url in dict.fromkeys(row.path.url for row in rows):
        of_url = [row for row in rows if row.path.url == url]
        lost = [row for row in of_url if isinstance(row.outcome, Unreached) and not is_unknown(row.outcome)]
        if lost and len(of_url) > len(lost) and any(works(row.outcome) for row in of_url):
            name = {"ipv4": "IPv4", "ipv6": "IPv6"}[lost[0].path.family.value]
            yield Passed(summary=f"{name} does not get to {url} ({words_of(lost[0].outcome)}), the other family does")
            return


def _intercepted(working: Sequence[RelayRow]) -> Iterable[Finding]:
    for row in [row for row in working if row.vouched_by][:1]:
        host, issuer = row.path.host, row.vouched_by
        what = "TLS is intercepted" if is_of_100ms(host) else "TLS is intercepted, or the certificate private"
        yield Warned(
            cause=causes.TLS_INTERCEPTED,
            summary=f"no public root vouches for the certificate of {host}, issued by {issuer}: {what}; "
            "this machine trusts it",
            action=addressed(causes.TLS_INTERCEPTED.action, host),
            evidence={"issuer": issuer, "url": row.path.url},
        )


def _short_lives(working: Sequence[RelayRow]) -> Iterable[Finding]:
    lives = [row.expiry for row in working if isinstance(row.expiry, ExpiresIn) and 0 < row.expiry.seconds < LEAST_LIFE]
    for life in sorted(lives, key=lambda life: life.seconds)[:1]:
        yield Warned(
            cause=causes.EXPIRES_SOON,
            summary=f"the TURN credentials expire in {duration_words(life.seconds)}, at {utc_words(life.at)}",
        )


def _nothing_works(rows: Sequence[RelayRow]) -> Iterable[Finding]:
    for number, (cause, broken) in enumerate(causes_of(rows).values()):
        yield Warned(
            cause=cause,
            summary=_all_fail(cause, broken, rows) if number == 0 else _one_fails(broken),
            action=addressed(cause.action, broken[0].path.host),
            evidence=_evidence(rows if number == 0 else broken),
        )


def _all_fail(cause: Cause, broken: Sequence[RelayRow], rows: Sequence[RelayRow]) -> str:
    if cause.id in NETWORK:
        return tally(rows)
    expiries = [row.expiry for row in broken if isinstance(row.expiry, ExpiresIn)]
    if cause is causes.EXPIRED and expiries:
        return f"the TURN credentials expired at {utc_words(expiries[0].at)}: {tally(rows)}"
    return f"{cause.title}: {tally(rows)}"


def _one_fails(broken: Sequence[RelayRow]) -> str:
    more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
    return f"{broken[0].path.url}{more}: {words_of(broken[0].outcome)}"


def _evidence(rows: Sequence[RelayRow]) -> JsonObject:
    return {"rows": [evidence_of(row) for row in rows]}


def measure(relays: Relays) -> Mapping[str, float]:
    """Give the timed steps of the fastest proven path."""
    proven = [(row.outcome.rtt_ms, row.steps) for row in relays.rows if isinstance(row.outcome, Proven)]
    fastest = min(proven, key=lambda pair: pair[0], default=(0.0, {}))
    return {**fastest[1], "rtt_ms": fastest[0]} if proven else {}


CHECK = Check[Relays](
    id="ice.turn",
    title="the TURN relays",
    asks="Does every TURN URL of the list lend a relay, and do packets pass through it?",
    needs=(IceServers,),
    wants=(ServerTime, HostAddresses),
    yields=(Relays,),
    timeout=25.0,
    observe=observe,
    diagnose=diagnose,
    measure=measure,
)
