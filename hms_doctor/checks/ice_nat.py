"""What the NAT on the way to the servers does to UDP (RFC 4787, RFC 5780): a note, since media servers are public."""

from collections.abc import AsyncGenerator, Iterable, Mapping

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Finding, NothingToCheck, Passed
from hms_doctor.model.ice.nat import Nat64, NatSeen, NatUnseen, NoNat64
from hms_doctor.model.ice.nat_words import evidence_of, nat64_note, notes_of, summary_of
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.wire.nat.discovery import look_at_nat


async def observe(ctx: Context, facts: Facts) -> AsyncGenerator[NatSeen | NatUnseen, None]:
    """Ask beside ``ice.stun``, not after it: a NAT's kind is no reason to wait."""
    yield await look_at_nat(ctx, facts[IceServers])


def diagnose(observation: NatSeen | NatUnseen) -> Iterable[Finding]:
    """Say what a NAT means for a call; whatever it does, it is no fault."""
    match observation:
        case NatSeen():
            yield Passed(summary=summary_of(observation), evidence=evidence_of(observation))
            yield from (Passed(summary=note) for note in notes_of(observation))
        case NatUnseen(why=why):
            yield NothingToCheck(summary=f"NAT could not be probed: {why}")
    match observation.nat64:
        case Nat64() as nat64:
            yield Passed(summary=nat64_note(nat64), evidence={"nat64": nat64.address})
        case NoNat64():
            pass


def measure(observation: NatSeen | NatUnseen) -> Mapping[str, float]:
    """Give how long the tests took, the look-up of names apart."""
    return {"nat_ms": observation.ms} if isinstance(observation, NatSeen) else {}


CHECK = Check[NatSeen | NatUnseen](
    id="ice.nat",
    title="NAT on the way",
    asks="What does the NAT between this machine and the servers do to UDP, and whom does it let in?",
    needs=(IceServers,),
    yields=(NatSeen,),
    observe=observe,
    diagnose=diagnose,
    measure=measure,
)
