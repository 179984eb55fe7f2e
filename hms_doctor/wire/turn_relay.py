"""One relay on one line: challenge, allocate, let through, echo, give back (RFC 8656)."""

import asyncio
import secrets
from collections.abc import Awaitable
from contextlib import suppress
from typing import Final

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.relays import Allocated, Proven, Refused, RelayOutcome, Stage, Unreached
from hms_doctor.wire.stun import SocketAddress
from hms_doctor.wire.stun_stream import NotStun, as_channel_data, channel_data
from hms_doctor.wire.turn import Answer, Denied, Granted, relayed_address
from hms_doctor.wire.turn_session import Session

ECHOES: Final = 5
ECHO_SPACING: Final = 0.005
ECHO_PATIENCE: Final = 1.5
STRAGGLERS: Final = 0.25
"""Seconds that the other packets have once one came back."""
FAREWELL: Final = 0.35
"""Seconds that the server has to confirm that a relay was given back; the request itself leaves at once."""


async def prove_relay(session: Session, first: Stage, steps: dict[str, float]) -> RelayOutcome:
    """Get a relay, send packets through it to itself, and give it back whatever happens.

    The peer is the relay's own address: that proves both directions with a single allocation, and its round trip is
    exactly ours to the server. ``first`` is the stage that a missing first answer means on this line; the timed steps
    are written into ``steps``.
    """
    relay = _Relay(session, first, steps)
    try:
        return await relay.prove()
    finally:
        await relay.give_back()


class _Relay:
    def __init__(self, session: Session, first: Stage, steps: dict[str, float]) -> None:
        self._session = session
        self._first = first
        self._steps = steps
        self._may_hold = False
        self._loop = asyncio.get_running_loop()

    async def prove(self) -> RelayOutcome:
        talk = self._session.talk
        met = await self._timed("challenge_ms", self._session.ask(talk.allocate(), Operation.CHALLENGE))
        match met:
            case Failure():
                return Unreached(stage=Stage.CHALLENGE if met.kind is Kind.MALFORMED else self._first, failure=met)
            case Denied() if not (met.renewed and talk.login.username):
                return Refused(stage=Stage.CHALLENGE, code=met.code, reason=met.reason)
            case Granted():
                self._may_hold = True
                return await self._use(met)
            case Denied():
                return await self._allocate()

    async def _allocate(self) -> RelayOutcome:
        self._may_hold = True
        command = self._session.command(self._session.talk.allocate, Operation.ALLOCATE)
        match await self._timed("allocate_ms", command):
            case Failure() as failure:
                return Unreached(stage=Stage.ALLOCATE, failure=failure)
            case Denied() as denied:
                self._may_hold = False
                return Refused(stage=Stage.ALLOCATE, code=denied.code, reason=denied.reason)
            case Granted() as granted:
                return await self._use(granted)

    async def _use(self, granted: Granted) -> RelayOutcome:
        own = relayed_address(granted)
        if not isinstance(own, SocketAddress):
            return Unreached(
                stage=Stage.ALLOCATE,
                failure=Failure(operation=Operation.ALLOCATE, kind=Kind.MALFORMED, detail=own.why),
            )
        bind = self._session.command(lambda: self._session.talk.bind_channel(own), Operation.PERMISSION)
        match await self._timed("permission_ms", bind):
            case Failure() as failure:
                return Allocated(stage=Stage.PERMISSION, why=str(failure))
            case Denied() as denied:
                return Allocated(stage=Stage.PERMISSION, why=f"{denied.code} {denied.reason}".strip())
            case Granted():
                return await self._echo()

    async def _echo(self) -> RelayOutcome:
        sent: dict[bytes, float] = {}
        rtts: list[float] = []
        for _number in range(ECHOES):
            payload = secrets.token_bytes(12)
            sent[payload] = self._loop.time()
            self._session.line.send(channel_data(payload))
            await self._collect(sent, rtts, self._loop.time() + ECHO_SPACING)
        patience = STRAGGLERS if rtts else self._session.ctx.patience(ECHO_PATIENCE)
        await self._collect(sent, rtts, self._loop.time() + patience)
        if not rtts:
            return Allocated(stage=Stage.ECHO, why=f"no packet came back in {patience:.1f} s")
        return Proven(sent=ECHOES, rtts_ms=tuple(rtts))

    async def _collect(self, sent: dict[bytes, float], rtts: list[float], until: float) -> None:
        """Take what comes back until a time, or until nothing is missing."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until) as limit:
                while sent:
                    arrival = await self._session.line.receive()
                    if isinstance(arrival, Failure):
                        return
                    data = as_channel_data(arrival.data)
                    if isinstance(data, NotStun) or data.payload not in sent:
                        continue
                    rtts.append(1000 * (arrival.at - sent.pop(data.payload)))
                    limit.reschedule(min(until, self._loop.time() + STRAGGLERS))

    async def give_back(self) -> None:
        if not self._may_hold:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await self._session.command(self._session.talk.delete, Operation.RELEASE)

    async def _timed(self, step: str, answer: Awaitable[Answer]) -> Answer:
        began = self._loop.time()
        try:
            return await answer
        finally:
            self._steps[step] = 1000 * (self._loop.time() - began)
