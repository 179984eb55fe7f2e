"""One relay on one line: challenge, allocate, let through, give back (RFC 8656)."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self, TypeAlias

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.relays import Allocated, Refused, Stage, Unreached
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.wire.stamps import stamp
from hms_doctor.wire.stun.message import SocketAddress
from hms_doctor.wire.turn.session import Session
from hms_doctor.wire.turn.talk import Answer, Denied, Granted, relayed_address

FAREWELL: Final = 0.35
"""Seconds that the server has to confirm that a relay was given back; the request itself leaves at once."""
_ANSWERED: Final = frozenset({"challenge_ms", "allocate_ms", "permission_ms"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Lent:
    """The server lends a relay; ``address`` is where its peers send to."""

    address: SocketAddress


@dataclass(frozen=True, kw_only=True, slots=True)
class LetIn:
    """A peer may come through, on our channel."""


Lending: TypeAlias = Lent | Refused | Unreached


class Relay:
    """An allocation, or the attempt at one.

    ``first`` is the stage that a missing first answer means on this line; the timed steps are written into ``steps``.
    """

    def __init__(self, session: Session, first: Stage, steps: dict[str, float]) -> None:
        self.session = session
        self._first = first
        self._steps = steps
        self._may_hold = False

    async def lend(self) -> Lending:
        """Ask for a relay, with the nonce that the first answer brings."""
        talk = self.session.talk
        met = await self._timed("challenge_ms", self.session.ask(talk.allocate(), Operation.CHALLENGE))
        match met:
            case Failure():
                return Unreached(stage=Stage.CHALLENGE if met.kind is Kind.MALFORMED else self._first, failure=met)
            case Denied() if not (met.renewed and talk.login.username):
                return _refused(Stage.CHALLENGE, met)
            case Granted():
                self._may_hold = True
                return _lent(met)
            case Denied():
                return await self._allocate()

    async def _allocate(self) -> Lending:
        self._may_hold = True
        command = self.session.command(self.session.talk.allocate, Operation.ALLOCATE)
        match await self._timed("allocate_ms", command):
            case Failure() as failure:
                return Unreached(stage=Stage.ALLOCATE, failure=failure)
            case Denied() as denied:
                self._may_hold = False
                return _refused(Stage.ALLOCATE, denied)
            case Granted() as granted:
                return _lent(granted)

    async def let_in(self, peer: SocketAddress, channel: int) -> LetIn | Allocated:
        """Let a peer through and give it a channel."""
        bind = self.session.command(lambda: self.session.talk.bind_channel(peer, channel), Operation.PERMISSION)
        match await self._timed("permission_ms", bind):
            case Failure() as failure:
                return Allocated(stage=Stage.PERMISSION, why=str(failure))
            case Denied() as denied:
                return Allocated(stage=Stage.PERMISSION, why=f"{denied.code} {denied.reason}".strip())
            case Granted():
                return LetIn()

    def round_trip(self) -> float:
        """Seconds that the server's quickest answer took."""
        return min(ms for step, ms in self._steps.items() if step in _ANSWERED) / 1000

    async def part(self) -> None:
        """Give back what may be held and close the line, beside whatever goes on; the run waits for it at its end."""
        if self._may_hold:
            await self.session.ctx.keep(_Farewell(self.session))
        else:
            await self.session.line.aclose()

    async def _timed(self, step: str, answer: Awaitable[Answer]) -> Answer:
        began = stamp()
        try:
            return await answer
        finally:
            self._steps[step] = 1000 * (stamp() - began)


class _Farewell:
    """A relay on its way back, and the line that it was lent on."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._say())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await asyncio.wait({self._task})
        finally:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _say(self) -> None:
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL):
                    await self._session.command(self._session.talk.delete, Operation.RELEASE)
        finally:
            await self._session.line.aclose()


def _refused(stage: Stage, denied: Denied) -> Refused:
    elsewhere = tuple((other.ip, other.port) for other in denied.elsewhere)
    return Refused(stage=stage, code=denied.code, reason=denied.reason, elsewhere=elsewhere)


def _lent(granted: Granted) -> Lending:
    own = relayed_address(granted)
    if isinstance(own, SocketAddress):
        return Lent(address=own)
    failure = Failure(operation=Operation.ALLOCATE, kind=Kind.MALFORMED, detail=own.why)
    return Unreached(stage=Stage.ALLOCATE, failure=failure)
