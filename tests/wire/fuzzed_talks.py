"""A STUN and TURN server played by a tape of bytes, for fuzzers: honest where the tape says zero, or ends."""

import asyncio
import contextlib
import hashlib
import ipaddress
import selectors
import struct
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from hms_doctor.model.check import Clock, Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import Settings
from hms_doctor.wire.stun.framing import channel_data
from hms_doctor.wire.stun.message import Attribute, Class, Message, Method, SocketAddress, encode, pack_address, parse
from hms_doctor.wire.turn.line import Arrival, Line, Packet

Result = TypeVar("Result")
LONGEST: Final = 60.0
"""Seconds, of the hurried loop's time, in which any conversation must be over."""
PASSWORD: Final = "pass"
ADDRESSES: Final = (
    "192.0.2.3", "192.0.2.1", "0.0.0.0", "127.0.0.1", "10.0.0.1", "224.0.0.1", "255.255.255.255", "::1", "::",
    "fe80::1", "2001:db8::1", "::ffff:192.0.2.1", "ff02::1",
)  # fmt: skip
USERNAMES: Final = ("hms", "", "ü" * 40, "\ud800", "\udcff", "u" * 600, "u" * 70_000, "1700000000:x")


class Tape:
    """Bytes read as choices; past its end every choice is the first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def pick(self, among: int) -> int:
        """Choose a number below ``among``, which is at most 256."""
        self._at += 1
        return self._data[self._at - 1] % among if self._at <= len(self._data) else 0

    def octets(self) -> bytes:
        """Give up to 63 bytes of the tape."""
        size = self.pick(64)
        self._at += size
        return self._data[self._at - size : self._at]


class HurriedLoop(asyncio.SelectorEventLoop):
    """Time passes only where there is nothing to do, and then at once; a wait for nothing is an error."""

    def __init__(self) -> None:
        self.now = 1000.0
        super().__init__(_Hurried(self))

    def time(self) -> float:
        return self.now


class _Hurried(selectors.SelectSelector):
    def __init__(self, loop: HurriedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:  # type: ignore[explicit-any]
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "it waits for what will never come"
            self._loop.now += max(0.0, timeout)
        return ready


def hurried(work: Callable[[Context], Coroutine[None, None, Result]], *, seconds: float = 20.0) -> Result:
    """Do asynchronous work on a hurried loop, in a run of so many seconds, and see that it ends."""

    async def within_a_run() -> Result:
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with contextlib.AsyncExitStack() as stack:
            clock = Clock(wall=loop.time, monotonic=loop.time)
            result = await work(Context(settings=Settings(), deadline=began + seconds, stack=stack, clock=clock))
        assert loop.time() - began < LONGEST
        assert asyncio.all_tasks(loop) == {asyncio.current_task()}, "a task is left behind"
        return result

    with asyncio.Runner(loop_factory=HurriedLoop) as runner:
        return runner.run(within_a_run())


@dataclass
class Server:
    """What a server of ill will answers; it knows the password."""

    tape: Tape
    username: str = "hms"
    realm: bytes = b"r"
    asked: list[Message] = field(default_factory=list)

    def answers(self, data: bytes) -> Iterator[bytes]:
        """Give what comes back for a frame: mostly one answer, sometimes none, or several."""
        for _copy in range((1, 1, 0, 2, 3)[self.tape.pick(5)]):
            yield self._damaged(self._answer(data))

    def _answer(self, data: bytes) -> bytes:
        parsed = parse(data)
        if not isinstance(parsed, Message):  # channel data: it comes back
            return self._echo(data)
        self.asked.append(parsed)
        answer = (self._honest, self._honest, self._honest, self._refusal, self._odd, self._odd)
        choice = self.tape.pick(9)
        if choice < len(answer):
            return answer[choice](parsed)
        return (data, self.tape.octets(), channel_data(self.tape.octets()))[choice - len(answer)]

    def _echo(self, data: bytes) -> bytes:
        match self.tape.pick(4):
            case 0 | 1:
                return data
            case 2:
                return channel_data(self.tape.octets())
            case _:
                return self.tape.octets()

    def _honest(self, asked: Message) -> bytes:
        if asked.method != Method.BINDING and not asked.has(Attribute.MESSAGE_INTEGRITY):
            return self._refusal(asked)
        name = Attribute.XOR_MAPPED_ADDRESS if asked.method == Method.BINDING else Attribute.XOR_RELAYED_ADDRESS
        address = SocketAddress(ip=("192.0.2.1", "2001:db8::1", "0.0.0.0")[self.tape.pick(3)], port=9)
        return self._reply(asked, Class.SUCCESS, (name, pack_address(address, asked.transaction)), *self._extras())

    def _refusal(self, asked: Message) -> bytes:
        code = (401, 438, 437, 486, 300, 0, 799, 508, 403, 420)[self.tape.pick(10)]
        size = (1, 0, 127, 763, 8000, 30_000, 65_000)[self.tape.pick(7)]
        self.realm = (b"r" * size)[:60_000] if self.tape.pick(2) else b"r"
        nonce = (b"n" * size)[: 65_400 - len(self.realm)]
        word = (Attribute.ERROR_CODE, bytes([0, 0, code // 100, code % 100]) + b"No\0")
        challenge = ((Attribute.REALM, self.realm), (Attribute.NONCE, nonce))
        signed = len(self.realm) + len(nonce) < 1000 and bool(self.tape.pick(2))
        return self._reply(asked, Class.ERROR, word, *challenge, signed=signed)

    def _odd(self, asked: Message) -> bytes:
        kind = tuple(Class)[self.tape.pick(4)]
        method = (asked.method, Method.BINDING, 0xFFF)[self.tape.pick(3)]
        transaction = (asked.transaction, bytes(12), self.asked[0].transaction)[self.tape.pick(3)]
        return self._reply(Message(method=method, kind=kind, transaction=transaction), kind, *self._extras())

    def _extras(self) -> tuple[tuple[int, bytes], ...]:
        names = (*Attribute, 0x0000, 0x7FFF, 0xC000)
        return tuple((names[self.tape.pick(len(names))], self._value()) for _ in range(self.tape.pick(4)))

    def _value(self) -> bytes:
        """Give an address as it is written in the clear, or any bytes."""
        if self.tape.pick(2):
            return self.tape.octets()
        ip = ipaddress.ip_address(ADDRESSES[self.tape.pick(len(ADDRESSES))])
        port = (3479, 3478, 0, 65535)[self.tape.pick(4)]
        return struct.pack("!xBH", 1 if ip.version == 4 else 2, port) + ip.packed

    def _reply(self, asked: Message, kind: Class, *attributes: tuple[int, bytes], signed: bool = True) -> bytes:
        login = self.username.encode("utf-8", "replace") + b":" + self.realm + b":" + PASSWORD.encode()
        right = hashlib.md5(login, usedforsecurity=False).digest()
        key = (right, b"", b"wrong")[self.tape.pick(3)] if signed else b""
        answer = Message(method=asked.method, kind=kind, transaction=asked.transaction, attributes=attributes)
        return _unprinted(encode(answer, key)) if self.tape.pick(2) else encode(answer, key)

    def _damaged(self, data: bytes) -> bytes:
        """Cut, lengthen, or change single bytes; half of the choices leave all as it is."""
        match self.tape.pick(8):
            case 1:
                return data[: self.tape.pick(256)]
            case 2:
                return data + self.tape.octets()
            case 3:
                return data[:2] + bytes([self.tape.pick(256), self.tape.pick(256)]) + data[4:]
            case 4:
                changed = bytearray(data)
                for _ in range(1 + self.tape.pick(4) if data else 0):
                    changed[self.tape.pick(256) % len(data)] = self.tape.pick(256)
                return bytes(changed)
            case _:
                return data


def _unprinted(data: bytes) -> bytes:
    """Take the FINGERPRINT away, which would show every damage."""
    return data[:2] + (len(data) - 28).to_bytes(2, "big") + data[4:-8]


_DELAYS: Final = (0.001, 0.05, 0.3, 2.0, 9.0)


class FuzzedLine(Line):
    """A line to such a server; what is sent, and closed, is kept."""

    def __init__(self, server: Server, *, resends: bool = True) -> None:
        self.server = server
        self.sent: list[bytes] = []
        self.resent_after = (0.25, 0.75, 1.5) if resends else ()
        self._arrived: asyncio.Queue[Arrival] = asyncio.Queue()

    def send(self, data: bytes) -> None:
        self.sent.append(data)
        loop, tape = asyncio.get_running_loop(), self.server.tape
        for answer in self.server.answers(data):
            loop.call_later(_DELAYS[tape.pick(len(_DELAYS))], self._arrive, answer)
        if tape.pick(16) == 1:
            kind = (Kind.REFUSED, Kind.CLOSED, Kind.RESET, Kind.UNREACHABLE)[tape.pick(4)]
            self._arrived.put_nowait(Failure(operation=Operation.BINDING, kind=kind))

    def _arrive(self, data: bytes) -> None:
        self._arrived.put_nowait(Packet(data=data, at=asyncio.get_running_loop().time()))

    async def receive(self) -> Arrival:
        return await self._arrived.get()

    async def aclose(self) -> None: ...


def login_of(tape: Tape) -> tuple[str, Secret]:
    """Choose a login, most often the plain one."""
    name = USERNAMES[tape.pick(len(USERNAMES))] if tape.pick(4) == 1 else USERNAMES[0]
    return name, Secret("\ud8ff" if tape.pick(32) == 1 else PASSWORD)
