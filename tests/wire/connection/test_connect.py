import asyncio
import errno
import socket
import sys

import pytest
from net_lab import closed_port, dropping_port, mute
from ws_servers import BRIEF, HURRIED, a_context, serving

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.connect import (
    HEAD_START,
    Connected,
    NotConnected,
    _Race,
    connect,
    interleave,
    sockaddr,
)
from hms_doctor.wire.connection.resolve import Address

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="a full queue drops packets on Linux alone")


def v4(ip: str = "127.0.0.1") -> Address:
    return Address(family=Family.IPV4, ip=ip)


def v6(ip: str = "::1") -> Address:
    return Address(family=Family.IPV6, ip=ip)


async def tried(addresses: list[Address], port: int, seconds: float = BRIEF) -> Connected | NotConnected:
    async with a_context(seconds) as ctx:
        answer = await connect(ctx, addresses, port)
    if isinstance(answer, Connected):
        answer.sock.close()
    return answer


def lost(answer: Connected | NotConnected) -> NotConnected:
    assert isinstance(answer, NotConnected)
    assert answer.failure.operation is Operation.CONNECT
    return answer


async def test_an_open_port_is_reached() -> None:
    async with serving(mute) as port:
        answer = await tried([v4()], port)
    assert isinstance(answer, Connected)
    assert answer.address == v4()
    assert answer.ms > 0


async def test_the_family_that_answers_wins() -> None:
    async with serving(mute) as port:
        answer = await tried([v4(), v6()], port)
    assert isinstance(answer, Connected)
    assert answer.address == v4()


async def test_a_closed_port_refuses() -> None:
    with closed_port() as port:
        answer = lost(await tried([v4(), v6()], port))
    assert answer.failure == Failure(operation=Operation.CONNECT, kind=Kind.REFUSED, detail="ECONNREFUSED")
    assert set(answer.each) == {"127.0.0.1", "::1"}


@linux_only
async def test_a_dropping_firewall_is_silent() -> None:
    with dropping_port() as port:
        answer = lost(await tried([v4()], port))
    assert answer.failure.kind is Kind.SILENT


@linux_only
async def test_our_own_hurry_is_not_the_peers_silence() -> None:
    with dropping_port() as port:
        answer = lost(await tried([v4()], port, HURRIED))
    assert answer.failure.kind is Kind.CUT_OFF


@linux_only
async def test_a_refusal_says_more_than_a_silence() -> None:
    with dropping_port() as port:
        answer = lost(await tried([v4(), v6()], port))
    assert (answer.failure.kind, answer.address) == (Kind.REFUSED, v6())
    assert answer.each["127.0.0.1"].kind is Kind.SILENT


@linux_only
async def test_the_second_address_has_its_turn_after_the_head_start() -> None:
    async with serving(mute) as port:
        with socket.socket() as full, socket.socket() as filler, socket.socket() as another:
            full.bind(("127.0.0.2", port))
            full.listen(0)
            for sock in (filler, another):
                sock.settimeout(0)
                sock.connect_ex(("127.0.0.2", port))
            answer = await tried([v4("127.0.0.2"), v4("127.0.0.1")], port)
    assert isinstance(answer, Connected)
    assert answer.address == v4("127.0.0.1")
    assert answer.ms >= 1000 * HEAD_START


async def test_no_route_is_told_from_a_refusal() -> None:
    failure = lost(await tried([v4("255.255.255.255")], 9)).failure
    assert failure.kind in {Kind.NO_NETWORK, Kind.UNREACHABLE, Kind.NOT_PERMITTED}
    assert failure.detail in errno.errorcode.values()


async def test_a_system_without_ipv6_uses_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket

    def without_ipv6(family: int = -1, *others: int, **named: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return real(family, *others, **named)

    async with serving(mute) as port:
        monkeypatch.setattr(socket, "socket", without_ipv6)
        both, alone = await tried([v4(), v6()], port), await tried([v6()], port)
        monkeypatch.undo()
    assert isinstance(both, Connected)
    assert lost(alone).failure == Failure(operation=Operation.CONNECT, kind=Kind.NO_NETWORK, detail="EAFNOSUPPORT")


async def test_a_hurried_end_closes_what_was_begun() -> None:
    async with serving(mute) as port, a_context() as ctx:
        task = asyncio.ensure_future(connect(ctx, [v4()], port))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


async def test_a_winner_that_nobody_takes_is_closed() -> None:
    near, far = socket.socketpair()
    with near, far:
        race = _Race((), 0)
        race.winner = ((v4(), near),)
        race._running[asyncio.ensure_future(_nothing_for_a_moment())] = v6()
        ending = asyncio.ensure_future(race.end())
        await asyncio.sleep(0)
        ending.cancel()
        await asyncio.gather(ending, return_exceptions=True)
        assert ending.cancelled()
        assert near.fileno() == -1


async def _nothing_for_a_moment() -> Failure:
    try:
        await asyncio.sleep(3)
    finally:
        await asyncio.sleep(0)
    raise AssertionError


def test_families_alternate_ipv6_first() -> None:
    addresses = [v4("192.0.2.1"), v4("192.0.2.2"), v4("192.0.2.3"), v6("2001:db8::1")]
    assert [a.ip for a in interleave(addresses)] == ["2001:db8::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"]


def test_what_the_socket_calls_want() -> None:
    assert sockaddr(v4("192.0.2.1"), 443) == ("192.0.2.1", 443)
    assert sockaddr(v6("2001:db8::1"), 443) == ("2001:db8::1", 443, 0, 0)
    assert sockaddr(v6("fe80::1%7"), 443) == ("fe80::1", 443, 0, 7)
    assert sockaddr(v6("fe80::1%no-such-link"), 443) == ("fe80::1", 443, 0, 0)
    assert sockaddr(v6("fe80::1%lo"), 443)[3:] == (socket.if_nametoindex("lo"),)
