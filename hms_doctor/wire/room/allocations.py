"""Allocations on relays for one search (RFC 8656): each is given back, also one whose answer was still on its way."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aioice import Connection
    from aioice.ice import StunProtocol
    from aioice.turn import TurnClientProtocol, TurnTransport


class Allocations:
    """What was asked for and what was got; ``aclose`` waits until all of it is deleted."""

    def __init__(self) -> None:
        self._clients: list[TurnClientProtocol] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._leaving: list[StunProtocol] = []

    async def allocate(self, client: "TurnClientProtocol", connection: "Connection") -> "StunProtocol":
        """Ask for an allocation; raises aioice's ``TransactionError``, ``OSError``."""
        from aioice.ice import StunProtocol
        from aioice.turn import TurnTransport

        protocol = StunProtocol(connection)
        asking = asyncio.create_task(self._ask(client, TurnTransport(client), protocol))
        self._clients.append(client)
        self._under_way.add(asking)
        try:
            await asyncio.shield(asking)
        except asyncio.CancelledError:
            # A request that is on its way is not called off: nobody would delete what it allocates.
            asking.add_done_callback(lambda _asked: self.give_back(protocol))
            raise
        return protocol

    def give_back(self, protocol: "StunProtocol") -> None:
        """Begin to delete an allocation, where there is one."""
        if "transport" in vars(protocol):
            protocol.transport.close()
            self._leaving.append(protocol)

    async def aclose(self) -> None:
        """Wait for the answers that are due, and until everything given back is deleted."""
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await asyncio.sleep(0)  # what is given back as its answer comes
        await asyncio.gather(*(protocol.close() for protocol in self._leaving), return_exceptions=True)

    def cut(self) -> None:
        """Close every connection at once; an allocation that could not be deleted ends by its lifetime."""
        for asking in self._under_way:
            asking.cancel()
        for client in self._clients:
            client.transport.abort()

    async def _ask(self, client: "TurnClientProtocol", relay: "TurnTransport", protocol: "StunProtocol") -> None:
        try:
            await relay._connect(protocol)  # noqa: SLF001 - aioice's own way to an allocation opens its sockets itself
        except BaseException:
            client.transport.close()
            raise
