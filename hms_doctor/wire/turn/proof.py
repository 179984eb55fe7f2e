"""The proof of a relay: connectivity checks that went through it, to its own address or to a second socket of ours."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from hms_doctor.model.failure import Failure
from hms_doctor.model.ice.relays import Allocated, Proof, Proven, RelayOutcome, Stage
from hms_doctor.wire.stamps import stamp
from hms_doctor.wire.stun.framing import OUR_CHANNEL
from hms_doctor.wire.stun.message import SocketAddress
from hms_doctor.wire.turn.connectivity import Asked, pair
from hms_doctor.wire.turn.line import Packet
from hms_doctor.wire.turn.relay import Lent, Relay
from hms_doctor.wire.turn.session import Session
from hms_doctor.wire.turn.track import Hairpin

CHECKS: Final = 5
CHECK_SPACING: Final = 0.002
LEAST_PATIENCE, MOST_PATIENCE = 0.3, 1.0
"""Seconds beyond three round trips that the first check has, and at most: then a second socket is tried."""
AFTER_A_STALL: Final = 0.02
"""Seconds for what came in while this machine stood still, and was not read when our patience ended."""
STRAGGLERS: Final = 0.25
"""Seconds that the other packets have at most once one came back."""


async def prove(relay: Relay, doors: Sequence[SocketAddress]) -> RelayOutcome:
    """Get a relay and send connectivity checks through it; who calls gives it back.

    The first peer is the relay's own address: that proves both directions with a single allocation, and its round trip
    is exactly ours to the server. Where the operator forbids that, a second socket of ours is the peer; ``doors`` are
    where it can ask over UDP from which address it is seen.
    """
    lent = await relay.lend()
    if not isinstance(lent, Lent):
        return lent
    hairpin = await prove_by_hairpin(relay, lent.address)
    if isinstance(hairpin, Proven):
        return hairpin
    from hms_doctor.wire.turn.meeting import NotMet, meet  # few relays forbid themselves

    met = await meet(relay, lent.address, doors)
    if isinstance(met, NotMet):
        return hairpin
    await met.track.aclose()
    return Proven(sent=met.sent, rtts_ms=met.rtts_ms, proof=Proof.OWN_SOCKET)


async def prove_by_hairpin(relay: Relay, own: SocketAddress) -> Proven | Allocated:
    """Send checks to the relay's own address: the first that comes back proves it, for it was up and down."""
    let_in = await relay.let_in(own, OUR_CHANNEL)
    if isinstance(let_in, Allocated):
        return let_in
    patience = min(MOST_PATIENCE, LEAST_PATIENCE + 3 * relay.round_trip())
    checks = _Checks(session=relay.session, own=own, patience=patience)
    await checks.exchange()
    if not checks.rtts:
        return Allocated(stage=Stage.ECHO, why=f"no packet came back in {checks.waited:.2f} s")
    return Proven(sent=CHECKS, rtts_ms=tuple(checks.rtts))


@dataclass(kw_only=True)
class _Checks:
    session: Session
    own: SocketAddress
    patience: float
    sent: dict[bytes, float] = field(default_factory=dict)
    rtts: list[float] = field(default_factory=list)
    waited: float = 0.0

    async def exchange(self) -> None:
        self._track = Hairpin(self.session.line)
        self._near, self._far = pair()
        self._loop = asyncio.get_running_loop()
        for _number in range(CHECKS):
            transaction, check = self._near.check()
            self.sent[transaction] = stamp()
            self._track.send(check)
            await self._collect(CHECK_SPACING)
        self.waited = self._stragglers() if self.rtts else self.session.ctx.patience(self.patience)
        await self._collect(self.waited)
        if not self.rtts:
            await self._collect(AFTER_A_STALL)

    def _stragglers(self) -> float:
        return min(STRAGGLERS, max(0.05, max(self.rtts) / 1000))

    async def _collect(self, seconds: float) -> None:
        """Take what comes back for a while, or until nothing is missing."""
        until = self._loop.time() + seconds
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until) as limit:
                while self.sent:
                    arrival = await self._track.receive()
                    if isinstance(arrival, Failure):
                        return
                    if self._came_through(arrival):
                        limit.reschedule(min(until, self._loop.time() + self._stragglers()))

    def _came_through(self, packet: Packet) -> bool:
        """Hear a packet as the other end; its answer goes through the relay too."""
        heard = self._far.hear(packet.data, self.own)
        if not isinstance(heard, Asked):
            return False
        self._track.send(heard.answer)
        if heard.transaction not in self.sent:
            return False
        self.rtts.append(1000 * (packet.at - self.sent.pop(heard.transaction)))
        return True
