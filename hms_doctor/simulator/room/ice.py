"""The media server's end of ICE (RFC 8445): it answers checks and sends triggered ones, on one UDP socket.

Every client checks the server's one candidate, so the server needs none of theirs: it learns them from their checks.
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from hms_doctor.simulator.room.gate import Gate, Way

if TYPE_CHECKING:
    from aioice.stun import Message

SocketName: TypeAlias = tuple[str, int]
CHECKED_AGAIN: Final = (0.1, 0.3, 0.7, 1.5)
"""Seconds after the first at which a check without an answer is sent again (RFC 8489, 6.2.1, shortened)."""
_PRIORITY: Final = 1845501695  # peer-reflexive (RFC 8445, 5.1.2.1)
_HOST_PRIORITY: Final = 2130706431
_MOST_WAITING: Final = 2000  # packets


@dataclass(frozen=True)
class Credentials:
    """What both sides of ICE prove themselves with; valid characters and lengths are RFC 8839's (5.4)."""

    fragment: str = field(default_factory=lambda: secrets.token_hex(4))
    password: str = field(default_factory=lambda: secrets.token_hex(12), repr=False)


class IceAgent(asyncio.DatagramProtocol):
    """One connection's ICE; aiortc's DTLS transport reads and writes through ``_recv`` and ``_send``."""

    def __init__(self, gate: Gate, *, controlling: bool) -> None:
        self.local = Credentials()
        self.connected = asyncio.Event()
        self.address: SocketName = ("", 0)
        self._gate = gate
        self._controlling = controlling
        self._tie_breaker = secrets.randbits(64)
        self._remote = Credentials("", "")
        self._passwords = {self.local.fragment: self.local.password}
        self._asked: dict[bytes, SocketName] = {}
        self._answered: set[SocketName] = set()
        self._early: dict[SocketName, None] = {}  # those who checked us before we could check them, in their order
        self._nominee: SocketName | None = None
        self._selected: SocketName | None = None
        self._inbox: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._timers: dict[SocketName, asyncio.TimerHandle] = {}

    @classmethod
    async def listen(cls, gate: Gate, host: str, *, controlling: bool) -> "IceAgent":
        """Open the socket on this host."""
        loop = asyncio.get_running_loop()
        _transport, agent = await loop.create_datagram_endpoint(
            lambda: cls(gate, controlling=controlling), local_addr=(host, 0)
        )
        return agent

    @property
    def role(self) -> str:
        """Read by aiortc."""
        return "controlling" if self._controlling else "controlled"

    @property
    def candidate(self) -> str:
        """Give the one candidate as a line of a description (RFC 8839, 5.1)."""
        host, port = self.address
        return f"candidate:1 1 udp {_HOST_PRIORITY} {host} {port} typ host"

    def meet(self, remote: Credentials) -> None:
        """Take the other side's credentials; new ones are an ICE restart, which ours answer (RFC 8445, 9)."""
        if self._remote.fragment and remote.fragment != self._remote.fragment:
            self.local = Credentials()
            self._passwords = {**dict(list(self._passwords.items())[-1:]), self.local.fragment: self.local.password}
            self._stop_checking()
            self._nominee = None
        self._remote = remote
        early, self._early = tuple(self._early), {}
        for sender in early:
            self._check(sender, CHECKED_AGAIN)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note where we listen."""
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.address = self._transport.get_extra_info("sockname")[:2]

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        """Answer what is ICE's, keep the rest for DTLS."""
        sender = (str(addr[0]), int(addr[1]))
        if not self._gate.admits(data, sender[0], Way.IN):
            return
        if data[:1] < b"\x04":
            self._hear(data, sender)
        elif self._inbox.qsize() < _MOST_WAITING:
            self._inbox.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        """Let an unreachable peer be: its websocket tells when it is gone."""

    def transmit(self, data: bytes) -> None:
        """Send to the selected peer address; nowhere before there is one."""
        if self._selected:
            self._emit(data, self._selected)

    async def _send(self, data: bytes) -> None:
        self.transmit(data)

    async def _recv(self) -> bytes:
        data = await self._inbox.get()
        if data is None:
            self._inbox.put_nowait(None)
            raise ConnectionError("closed")
        return data

    def close(self) -> None:
        """Close the socket and wake whoever reads."""
        self._stop_checking()
        self._inbox.put_nowait(None)
        self._transport.close()

    def _stop_checking(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._asked.clear()
        self._answered.clear()

    def _emit(self, data: bytes, peer: SocketName) -> None:
        if self._gate.admits(data, peer[0], Way.OUT):
            self._transport.sendto(data, peer)

    def _hear(self, data: bytes, sender: SocketName) -> None:
        from aioice.stun import Class, parse_message

        try:
            message = parse_message(data)
        except ValueError:
            return
        match message.message_class:
            case Class.REQUEST:
                self._answer(message, sender)
            case Class.RESPONSE if self._asked.pop(message.transaction_id, None) == sender:
                self._answered.add(sender)
                if self._controlling and sender == self._nominee:
                    self._select(sender)
            case _:
                return

    def _answer(self, request: "Message", sender: SocketName) -> None:
        from aioice.stun import Class, Message, Method

        fragment = str(request.attributes.get("USERNAME", "")).partition(":")[0]
        password = self._passwords.get(fragment, "").encode()
        if not password or not request.check_message_integrity(password):
            return
        answer = Message(Method.BINDING, Class.RESPONSE, transaction_id=request.transaction_id)
        answer.attributes["XOR-MAPPED-ADDRESS"] = sender
        answer.add_message_integrity(password)
        self._emit(bytes(answer), sender)
        self._controlling = self._controlling and "ICE-CONTROLLING" not in request.attributes
        if "USE-CANDIDATE" in request.attributes and not self._controlling:
            self._select(sender)
        if not self._remote.password:
            self._early[sender] = None
        elif sender not in self._timers:
            self._check(sender, CHECKED_AGAIN)

    def _check(self, peer: SocketName, again: tuple[float, ...]) -> None:
        """Send a check; ours nominates the first address alone, so that the pair stays the one that worked first."""
        from aioice.stun import Class, Message, Method

        if peer in self._answered:
            return
        request = Message(Method.BINDING, Class.REQUEST)
        request.attributes["USERNAME"] = f"{self._remote.fragment}:{self.local.fragment}"
        request.attributes["PRIORITY"] = _PRIORITY
        request.attributes["ICE-CONTROLLING" if self._controlling else "ICE-CONTROLLED"] = self._tie_breaker
        if self._controlling and self._nominee in {None, peer}:
            self._nominee = peer
            request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(self._remote.password.encode())
        self._asked[request.transaction_id] = peer
        self._emit(bytes(request), peer)
        if again:
            loop = asyncio.get_running_loop()
            self._timers[peer] = loop.call_later(again[0], self._check, peer, again[1:])

    def _select(self, peer: SocketName) -> None:
        self._selected = peer
        self.connected.set()
