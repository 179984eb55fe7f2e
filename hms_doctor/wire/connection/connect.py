"""TCP to one of several addresses as RFC 8305 has it: IPv6 first, IPv4 a head start later, who answers first wins."""

import asyncio
import socket
from collections import deque
from collections.abc import Iterable, Mapping
from itertools import chain, zip_longest

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation, silence
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.classify import classify
from hms_doctor.wire.connection.resolve import FAMILIES, Address

HEAD_START = 0.25
"""Seconds before the next address is tried beside one that has not answered (RFC 8305, section 5)."""
_MOST = 8  # addresses tried: a name with hundreds must not open hundreds of sockets


@dataclass(frozen=True, kw_only=True)
class Connected:
    """An open, non-blocking TCP socket."""

    sock: socket.socket
    address: Address
    ms: float


@dataclass(frozen=True, kw_only=True)
class NotConnected:
    """Nobody answered; ``each`` tells what every address that was tried said."""

    failure: Failure
    address: Address
    each: Mapping[str, Failure]


async def connect(ctx: Context, addresses: Iterable[Address], port: int) -> Connected | NotConnected:
    """Connect to the first of the addresses that answers (at least one must be given), within the step's time-out."""
    began = ctx.clock.monotonic()
    seconds = ctx.patience()
    order = interleave(addresses)[:_MOST]
    ctx.waiting(f"{order[0].ip} port {port}", seconds)
    race = _Race(order, port)
    try:
        # One time-out for the whole race: ten dead addresses must not take ten times as long as one.
        async with asyncio.timeout(seconds):
            await race.run()
    except TimeoutError:
        race.call_off(silence(Operation.CONNECT, seconds))
    finally:
        await race.end()
    for address, sock in race.winner:
        return Connected(sock=sock, address=address, ms=1000 * (ctx.clock.monotonic() - began))
    return _lost(race.failures)


def interleave(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Order addresses so that the families alternate, IPv6 first (RFC 8305, section 4)."""
    apart = {family: [a for a in addresses if a.family is family] for family in FAMILIES}
    return tuple(a for a in chain.from_iterable(zip_longest(*apart.values())) if a is not None)


_GRAVITY = (
    Kind.REFUSED, Kind.RESET, Kind.NOT_PERMITTED, Kind.PROHIBITED, Kind.SILENT, Kind.CUT_OFF, Kind.UNREACHABLE,
    Kind.OTHER,
)  # fmt: skip


def _lost(failures: Mapping[Address, Failure]) -> NotConnected:
    """Tell what the most telling address said: a refusal says more than a family without a route."""

    def gravity(address: Address) -> int:
        kind = failures[address].kind
        return _GRAVITY.index(kind) if kind in _GRAVITY else len(_GRAVITY)

    address = min(failures, key=gravity)
    return NotConnected(failure=failures[address], address=address, each={a.ip: f for a, f in failures.items()})


class _Race:
    def __init__(self, order: Iterable[Address], port: int) -> None:
        self._waiting = deque(order)
        self._port = port
        self._running: dict[asyncio.Task[socket.socket | Failure], Address] = {}
        self.failures: dict[Address, Failure] = {}
        self.winner: tuple[tuple[Address, socket.socket], ...] = ()

    async def run(self) -> None:
        while (self._waiting or self._running) and not self.winner:
            if self._waiting:
                address = self._waiting.popleft()
                self._running[asyncio.create_task(_try(address, self._port))] = address
            done, _ = await asyncio.wait(
                self._running, timeout=HEAD_START if self._waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                self._settle(self._running.pop(task), task.result())

    def _settle(self, address: Address, result: socket.socket | Failure) -> None:
        if isinstance(result, Failure):
            self.failures[address] = result
        elif self.winner:  # two answered in the same turn of the loop
            result.close()
        else:
            self.winner = ((address, result),)

    def call_off(self, failure: Failure) -> None:
        for address in [*self._running.values(), *self._waiting]:
            self.failures[address] = failure

    async def end(self) -> None:
        for task in self._running:
            task.cancel()
            task.add_done_callback(_close)
        try:
            await asyncio.gather(*self._running, return_exceptions=True)
        except BaseException:  # called off while the others end: nobody will take the winner
            for _address, sock in self.winner:
                sock.close()
            raise


def _close(task: asyncio.Task[socket.socket | Failure]) -> None:
    if not task.cancelled() and not task.exception() and isinstance(sock := task.result(), socket.socket):
        sock.close()


async def _try(address: Address, port: int) -> socket.socket | Failure:
    try:
        # Only a socket that names TCP has its small packets sent at once by asyncio (TCP_NODELAY).
        sock = socket.socket(FAMILIES[address.family], socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:  # a system without IPv6, or without a file descriptor left
        return classify(Operation.CONNECT, error)
    try:
        sock.settimeout(0)
        await asyncio.get_running_loop().sock_connect(sock, sockaddr(address, port))
    except OSError as error:
        sock.close()
        return classify(Operation.CONNECT, error)
    except BaseException:
        sock.close()
        raise
    return sock


def sockaddr(address: Address, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """Give what the socket calls want for an address (RFC 4007, 11: the zone after ``%``)."""
    if address.family is Family.IPV4:
        return (address.ip, port)
    ip, _, zone = address.ip.partition("%")
    return (ip, port, 0, _zone_index(zone))


def _zone_index(zone: str) -> int:
    if not zone or zone.isdecimal():
        return int(zone or 0)
    try:
        return socket.if_nametoindex(zone)
    except OSError:
        return 0
