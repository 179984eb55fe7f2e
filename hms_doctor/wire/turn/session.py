"""Requests and their answers on one line, each with a deadline (RFC 8489 section 6.2)."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation, silence
from hms_doctor.wire.stun.message import Class, Malformed, Message, parse
from hms_doctor.wire.turn.line import Line
from hms_doctor.wire.turn.talk import STALE_NONCE, Answer, Denied, Request, Talk


class Session:
    """One talk over one line."""

    def __init__(self, ctx: Context, line: Line, talk: Talk) -> None:
        self.ctx = ctx
        self.line = line
        self.talk = talk
        self._oddity = ""

    async def ask(self, request: Request, operation: Operation) -> Answer:
        """Send a request, again where datagrams may be lost, until its answer or the end of our patience."""
        began = asyncio.get_running_loop().time()
        patience = self.ctx.patience()
        self._oddity = ""
        for until in (*(after for after in self.line.resent_after if after < patience), patience):
            self.line.send(request.wire)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(began + until):
                    return await self._answer(request, operation)
        if self._oddity:
            return Failure(operation=operation, kind=Kind.MALFORMED, detail=self._oddity)
        return silence(operation, patience)

    async def command(self, build: Callable[[], Request], operation: Operation) -> Answer:
        """Ask, and once more with the new nonce where the server says that ours is stale (RFC 8489 section 9.2.5)."""
        answer = await self.ask(build(), operation)
        if isinstance(answer, Denied) and answer.code == STALE_NONCE and answer.renewed:
            return await self.ask(build(), operation)
        return answer

    async def _answer(self, request: Request, operation: Operation) -> Answer:
        while True:
            arrival = await self.line.receive()
            if isinstance(arrival, Failure):
                return replace(arrival, operation=operation)
            match parse(arrival.data):
                case Malformed(why=why):
                    self._oddity = why
                case Message(transaction=transaction) if transaction != request.transaction:
                    continue
                case Message(kind=Class.REQUEST | Class.INDICATION):
                    return Failure(operation=operation, kind=Kind.MALFORMED, detail="it sends our own request back")
                case Message() as message if self.talk.is_forged(message):
                    self._oddity = "its answer is signed with another password"
                case Message() as message:
                    return self.talk.hear(message)
