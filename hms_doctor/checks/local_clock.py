"""Is this machine's clock right? The server's decides."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from enum import Enum
from typing import Final

from hms_doctor.model.causes import NO_CODE
from hms_doctor.model.causes import local as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Failed, Finding, Passed, Warned
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.server import CertificateFacts, ServerTime, TokenAccepted
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.times import duration_words
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.model.token.moments import is_valid_at
from hms_doctor.wire.http.reach import NotReached

DRIFT: Final = 30.0
"""Seconds beyond which a clock is told to be off; the ``Date`` header and the way cost up to two."""
WRONG: Final = 300.0
"""Seconds beyond which tokens, TURN credentials and certificates that are judged or made here go wrong."""
_UNREACHABLE: Final = 2003


class Harm(Enum):
    """What the clock breaks, as far as was seen: only what is right by one clock and wrong by the other."""

    NONE_SEEN = "the server took the token all the same"
    CERTIFICATE = "the certificate is valid by the server's clock alone"
    TOKEN = "the token is valid by this machine's clock alone"
    OPEN = "nothing that was seen hangs on it"


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """Both clocks, and what went wrong where they matter. ``own_relays``: the TURN login is not from init."""

    time: ServerTime
    harm: Harm
    own_relays: bool = False


async def observe(_ctx: Context, facts: Facts) -> AsyncIterator[Clocks]:
    """Take the time that a server told while it was asked something else."""
    time = facts[ServerTime]
    own_relays = IceServers in facts and facts[IceServers].origin != "init"
    yield Clocks(time=time, harm=_harm(time, facts), own_relays=own_relays)


def _harm(time: ServerTime, facts: Facts) -> Harm:
    if TokenAccepted in facts:
        return Harm.NONE_SEEN
    if NotReached in facts and _is_good_at(facts[NotReached], time.server):
        return Harm.CERTIFICATE
    claims = facts[WellFormedToken].claims if WellFormedToken in facts else {}
    if is_valid_at(time.here, claims) and not is_valid_at(time.server, claims):
        return Harm.TOKEN
    return Harm.OPEN


def _is_good_at(stopped: NotReached, moment: float) -> bool:
    """Whether the certificate in question would do by the server's clock; an unread one may."""
    certificate = stopped.failed.certificate
    return not isinstance(certificate, CertificateFacts) or certificate.not_before <= moment < certificate.not_after


def diagnose(clocks: Clocks) -> Iterable[Finding]:
    """Judge the difference: a clock that breaks nothing that was seen only warns."""
    time = clocks.time
    skew = time.skew
    evidence: JsonObject = {"ahead_s": round(skew, 1), "by": time.source}
    if abs(skew) < DRIFT:
        yield Passed(summary=f"within {max(1, round(abs(skew)))} s of {time.source}", evidence=evidence)
        return
    way = "ahead of" if skew > 0 else "behind"
    summary = f"this machine's clock is {duration_words(round(skew))} {way} {time.source}'s"
    if abs(skew) < WRONG:
        yield Warned(cause=causes.CLOCK_DRIFTS, summary=summary, evidence=evidence)
    else:
        yield _wrong(clocks, summary, evidence)


def _wrong(clocks: Clocks, summary: str, evidence: JsonObject) -> Finding:
    """Explain what is seen to hang on the clock, and nothing else: the server's clock decides what the server takes."""
    relays = ("turn.credentials.*",) if clocks.own_relays else ()
    match clocks.harm:
        case Harm.NONE_SEEN | Harm.OPEN:
            cause = replace(causes.CLOCK, explains=relays, code=NO_CODE)
            seen = f"; {clocks.harm.value}" if clocks.harm is Harm.NONE_SEEN else ""
            return Warned(cause=cause, summary=f"{summary}{seen}", evidence=evidence)
        case Harm.CERTIFICATE:
            cause = replace(causes.CLOCK, explains=_CERTIFICATES, code=_UNREACHABLE)
            seems = "to have expired" if clocks.time.skew > 0 else "not to be valid yet"
            return Failed(cause=cause, summary=f"{summary}, so its certificate seems {seems}", evidence=evidence)
        case Harm.TOKEN:
            cause = replace(causes.CLOCK, explains=(*_TOKENS, *relays))
            ends = "is not valid there yet" if clocks.time.skew > 0 else "has expired there"
            # That the token was made or kept by this clock is inferred.
            return Failed(
                cause=cause,
                summary=f"{summary}: the token is valid here and {ends}",
                action=f"{causes.CLOCK.action} Then make or fetch a new token.",
                evidence={**evidence, "confidence": "medium"},
            )


_CERTIFICATES: Final = ("tls.expired", "tls.not_yet_valid")
_TOKENS: Final = ("token.expired", "token.not_yet_valid")


CHECK = Check(
    id="local.clock",
    title="this machine's clock",
    asks="Does this machine's clock agree with the server's?",
    codes=frozenset({2003, 40109}),
    needs=(ServerTime,),
    wants=(TokenAccepted, NotReached, WellFormedToken, IceServers),
    observe=observe,
    diagnose=diagnose,
    timeout=1.0,
)
