"""When NAT discovery sends, how long it listens, and whom it believes: in virtual time, without a socket."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
from ice_helpers import error, message_in, reply
from nat_world import plain

from hms_doctor.model.ice.nat import CameIn, Endpoint, NoSecond, NotHeard, Untold
from hms_doctor.wire.nat.talk import MAPPING_SOCKET, NatTalk, Outgoing
from hms_doctor.wire.stun.message import Attribute, Class, SocketAddress, pack_address

SERVER, SECOND = Endpoint(ip="203.0.113.10", port=3478), Endpoint(ip="203.0.113.11", port=3479)
STRANGER = Endpoint(ip="203.0.113.99", port=3478)
MAPPED = SocketAddress(ip="198.51.100.2", port=4000)
PATIENCE = 0.75
Answer = Callable[[Outgoing], Iterable[tuple[Endpoint, bytes]]]


def mapped(data: bytes, address: SocketAddress = MAPPED) -> tuple[Attribute, bytes]:
    return Attribute.XOR_MAPPED_ADDRESS, pack_address(address, message_in(data).transaction)


def other(second: Endpoint = SECOND) -> tuple[Attribute, bytes]:
    return Attribute.OTHER_ADDRESS, plain(SocketAddress(ip=second.ip, port=second.port))


def change_in(data: bytes) -> int:
    return int.from_bytes(message_in(data).value(Attribute.CHANGE_REQUEST), "big")


@dataclass
class Air:
    """Carries packets in virtual time; ``rtt`` in seconds."""

    answer: Answer
    rtt: float = 0.05
    sent: list[tuple[float, Outgoing]] = field(default_factory=list)

    def carry(self, talk: NatTalk) -> float:
        """Talk until it is over, or for as long as there is patience; give when that was."""
        now, order = 0.0, count()
        under_way: list[tuple[float, int, int, Endpoint, bytes]] = []
        while now < PATIENCE:
            while under_way and under_way[0][0] <= now:
                _at, _number, socket, origin, data = heapq.heappop(under_way)
                talk.hear(socket, data, origin, now)
            for out in talk.due(now):
                self.sent.append((now, out))
                for origin, data in self.answer(out):
                    heapq.heappush(under_way, (now + self.rtt, next(order), out.socket, origin, data))
            if talk.is_over:
                return now
            now = min([talk.next_due(), PATIENCE, *(at for at, *_rest in under_way)])
        return now

    def times(self, *, change: int, socket: int = MAPPING_SOCKET, to: Endpoint = SERVER) -> list[float]:
        return [
            round(at, 3) for at, out in self.sent if (out.to, out.socket, change_in(out.data)) == (to, socket, change)
        ]


def filtered(out: Outgoing) -> Iterator[tuple[Endpoint, bytes]]:
    """Answer as a whole server does behind a NAT that lets in only answers."""
    if not change_in(out.data):
        second = Endpoint(ip=SECOND.ip if out.to.ip == SERVER.ip else SERVER.ip, port=6957 - out.to.port)
        yield out.to, reply(out.data, Class.SUCCESS, mapped(out.data), other(second))


def open_to_all(out: Outgoing) -> Iterator[tuple[Endpoint, bytes]]:
    """Answer as a whole server does where nothing is filtered."""
    if change := change_in(out.data):
        origin = SECOND if change & 4 else Endpoint(ip=SERVER.ip, port=SECOND.port)
        yield origin, reply(out.data, Class.SUCCESS, mapped(out.data), other())
    else:
        yield from filtered(out)


def lonely(out: Outgoing) -> Iterator[tuple[Endpoint, bytes]]:
    """Answer as a server with one address."""
    attribute = error(420, "Unknown Attribute") if change_in(out.data) else mapped(out.data)
    yield out.to, reply(out.data, Class.ERROR if change_in(out.data) else Class.SUCCESS, attribute)


@pytest.mark.parametrize(
    ("answer", "rtt", "over"),
    [
        (lonely, 0.05, 0.05),  # one round trip
        (open_to_all, 0.05, 0.1),  # two: the second address is known after the first
        (open_to_all, 0.2, 0.4),
        (filtered, 0.01, 0.15),  # 0, 10, 30 ms, and 100 more
        (filtered, 0.05, 0.25),  # 0, 50, 100 ms, and three round trips more
        (filtered, 0.1, 0.5),
        (filtered, 0.2, 0.65),
        (filtered, 0.25, 0.725),
        (filtered, 0.3, PATIENCE),
        (lambda _out: (), 0.05, PATIENCE),
    ],
)
def test_how_long_it_takes(answer: Answer, rtt: float, over: float) -> None:
    air = Air(answer=answer, rtt=rtt)
    assert air.carry(NatTalk([SERVER])) == pytest.approx(over, abs=0.015)


def test_what_is_silent_is_asked_three_times_at_the_pace_of_the_path() -> None:
    air = Air(answer=filtered)
    talk = NatTalk([SERVER])
    air.carry(talk)
    assert air.times(change=0) == [0.0]
    assert air.times(change=6, socket=1) == air.times(change=2, socket=1) == [0.0, 0.05, 0.1]
    [test] = talk.filters
    assert (test.second, test.from_second, test.from_second_port) == (SECOND, NotHeard(), NotHeard())


def test_where_nobody_answers_it_is_asked_three_times_too() -> None:
    air = Air(answer=lambda _out: ())
    talk = NatTalk([SERVER])
    air.carry(talk)
    assert air.times(change=0) == air.times(change=6, socket=1) == [0.0, 0.1, 0.2]
    assert (talk.sightings, talk.filters, talk.next_due()) == ((), (), float("inf"))


def test_a_silent_server_beside_another_has_half_a_second() -> None:
    air = Air(answer=lambda out: lonely(out) if out.to == SERVER else ())
    talk = NatTalk([SERVER, STRANGER])
    assert air.carry(talk) == pytest.approx(0.5)
    assert [sighting.server for sighting in talk.sightings] == [SERVER]


def test_an_answer_that_comes_late_counts_while_others_are_waited_for() -> None:
    talk = NatTalk([SERVER])
    outs = {change_in(out.data): out for out in talk.due(0.0)}
    talk.hear(MAPPING_SOCKET, reply(outs[0].data, Class.SUCCESS, mapped(outs[0].data), other()), SERVER, 0.001)
    for now in (0.02, 0.04, 0.2):
        list(talk.due(now))
    [before] = talk.filters
    assert before.from_second == NotHeard()
    talk.hear(1, reply(outs[6].data, Class.SUCCESS, mapped(outs[6].data)), SECOND, 0.21)
    [after] = talk.filters
    assert after.from_second == CameIn(origin=SECOND)


def test_the_other_three_ports_are_asked_on_the_one_socket_and_only_once() -> None:
    air = Air(answer=open_to_all)
    talk = NatTalk([SERVER, Endpoint(ip=SECOND.ip, port=SERVER.port)])
    air.carry(talk)
    asked = [out.to for _at, out in air.sent if out.socket == MAPPING_SOCKET]
    assert sorted(map(str, asked)) == [f"203.0.113.{host}:{port}" for host in (10, 11) for port in (3478, 3479)]


@pytest.mark.parametrize(
    ("change", "kind", "origin", "told"),
    [
        (6, Class.SUCCESS, SECOND, CameIn(origin=SECOND)),
        (6, Class.SUCCESS, SERVER, Untold(why="the server answers from its own address")),
        (6, Class.SUCCESS, Endpoint(ip=SERVER.ip, port=9), Untold(why="the server answers from its own address")),
        (6, Class.SUCCESS, STRANGER, Untold(why="the server answers from its own address")),
        (2, Class.SUCCESS, Endpoint(ip=SERVER.ip, port=9), CameIn(origin=Endpoint(ip=SERVER.ip, port=9))),
        (2, Class.SUCCESS, SECOND, Untold(why="the server answers from its own address")),
        (2, Class.ERROR, SERVER, Untold(why="the server does not answer from elsewhere (420 Unknown Attribute)")),
        (2, Class.ERROR, STRANGER, Untold(why="the time was over")),
        (2, Class.REQUEST, SERVER, Untold(why="the time was over")),
    ],
)
def test_whom_it_believes_about_filtering(change: int, kind: Class, origin: Endpoint, told: object) -> None:
    talk = NatTalk([SERVER])
    outs = {change_in(out.data): out for out in talk.due(0.0)}
    talk.hear(MAPPING_SOCKET, reply(outs[0].data, Class.SUCCESS, mapped(outs[0].data)), SERVER, 0.01)
    attribute = error(420, "Unknown Attribute") if kind is Class.ERROR else mapped(outs[change].data)
    talk.hear(outs[change].socket, reply(outs[change].data, kind, attribute), origin, 0.01)
    [test] = talk.filters
    assert (test.from_second if change == 6 else test.from_second_port) == told
    assert test.second == NoSecond(why="the server has no second address")


@pytest.mark.parametrize("fault", ["origin", "socket", "transaction", "empty", "garbage", "echo"])
def test_whom_it_does_not_believe_about_mapping(fault: str) -> None:
    talk = NatTalk([SERVER])
    out = next(out for out in talk.due(0.0) if not change_in(out.data))
    good = reply(out.data, Class.SUCCESS, mapped(out.data))
    data = {
        "transaction": good[:8] + bytes(12) + good[20:],
        "empty": reply(out.data, Class.SUCCESS),
        "garbage": b"\xff" * 40,
        "echo": out.data,
    }.get(fault, good)
    socket = 1 if fault == "socket" else MAPPING_SOCKET
    talk.hear(socket, data, STRANGER if fault == "origin" else SERVER, 0.01)
    assert talk.sightings == ()


def test_the_first_answer_counts() -> None:
    talk = NatTalk([SERVER])
    out = next(iter(talk.due(0.0)))
    for port in (4000, 5000):
        address = SocketAddress(ip="198.51.100.2", port=port)
        talk.hear(MAPPING_SOCKET, reply(out.data, Class.SUCCESS, mapped(out.data, address)), SERVER, 0.01)
    assert [sighting.seen_as.port for sighting in talk.sightings] == [4000]


def test_an_old_server_tells_the_address_in_the_clear() -> None:
    talk = NatTalk([SERVER])
    out = next(iter(talk.due(0.0)))
    talk.hear(MAPPING_SOCKET, reply(out.data, Class.SUCCESS, (Attribute.MAPPED_ADDRESS, plain(MAPPED))), SERVER, 0.01)
    assert talk.sightings[0].seen_as == Endpoint(ip="198.51.100.2", port=4000)


def test_a_refused_binding_ends_the_talk() -> None:
    talk = NatTalk([SERVER])
    air = Air(answer=lambda out: [(out.to, reply(out.data, Class.ERROR, error(401, "Unauthorized")))])
    assert air.carry(talk) == pytest.approx(0.05)
    assert (talk.sightings, talk.refusals) == ((), ["401 Unauthorized"])


def test_two_servers_at_most_are_asked_to_answer_from_elsewhere() -> None:
    servers = [Endpoint(ip=f"203.0.113.{host}", port=port) for host in (1, 2, 3) for port in (3478, 443)]
    talk = NatTalk(servers)
    assert talk.sockets == 3
    asked = {str(out.to) for out in talk.due(0.0) if change_in(out.data)}
    assert asked == {"203.0.113.1:3478", "203.0.113.2:3478"}
    assert all(len(out.data) <= 36 for out in talk.due(1.0)), "small enough to be of no use against others"
