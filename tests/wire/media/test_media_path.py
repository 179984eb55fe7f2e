"""A relay that was proven before and cannot be had again: why, and that nothing is left behind."""

import dataclasses
from collections.abc import Iterable

from ice_helpers import (
    Answer,
    challenge,
    closed_udp_port,
    context,
    error,
    granted,
    is_delete,
    is_signed,
    listed,
    message_in,
    relayed,
    reply,
    udp_server,
)

from hms_doctor.model.ice.media import LoopRow, NoLoad, NotCarried
from hms_doctor.model.ice.relays import Path, Proof, Proven, RelayRow
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.vantage import Family
from hms_doctor.wire.media.load import Climb, load
from hms_doctor.wire.media.loop import Pace
from hms_doctor.wire.media.relayed import Proved, fastest
from hms_doctor.wire.media.sweep import sweep_media
from hms_doctor.wire.stun.message import Class, Method

BRIEF = Pace(packets=10, interval=0.005)


def proved(port: int, *, host: str = "127.0.0.1", proof: Proof = Proof.HAIRPIN, family: Family = Family.IPV4) -> Proved:
    url = f"turn:{host}:{port}"
    path = Path(url=url, host=host, port=port, transport=Transport.UDP, family=family)
    row = RelayRow(path=path, outcome=Proven(sent=5, rtts_ms=(1.0,), proof=proof))
    [chosen] = fastest([row], listed(url))
    return chosen


async def row_of(path: Proved, *, nameserver: str = "") -> LoopRow:
    async with context(nameserver=nameserver) as ctx:
        [row] = [rows async for rows in sweep_media(ctx, [path], BRIEF)][-1]
    return row


def lending(*, forbids: bool = False) -> Answer:
    """Lend relays that carry nothing."""

    def answer(data: bytes) -> Iterable[bytes]:
        if data[0] >> 6:
            return
        if not is_signed(data):
            yield challenge(data)
        elif forbids and message_in(data).method == Method.CHANNEL_BIND:
            yield reply(data, Class.ERROR, error(403, "Forbidden IP"))
        else:
            yield granted(data, relayed(data))

    return answer


async def test_a_name_that_is_no_longer_found() -> None:
    row = await row_of(proved(3478, host="turn.example"), nameserver=f"127.0.0.1 {closed_udp_port()}")
    assert isinstance(row.outcome, NotCarried)
    assert row.outcome.why


async def test_a_name_that_lost_its_family() -> None:
    row = await row_of(proved(3478, family=Family.IPV6))
    assert row.outcome == NotCarried(why="the name has no address")


async def test_a_list_that_no_longer_names_it() -> None:
    path = dataclasses.replace(proved(closed_udp_port()), logins=())
    row = await row_of(path)
    assert row.outcome == NotCarried(why="failed (the list no longer names it)")


async def test_a_peer_that_is_forbidden_since() -> None:
    async with udp_server(lending(forbids=True)) as server:
        row = await row_of(proved(server.port))
    assert isinstance(row.outcome, NotCarried)
    assert "403 Forbidden IP" in row.outcome.why
    assert is_delete(server.messages[-1])


async def test_a_second_socket_that_is_no_longer_met() -> None:
    async with udp_server(lending()) as server:
        row = await row_of(proved(server.port, proof=Proof.OWN_SOCKET))
    assert isinstance(row.outcome, NotCarried)
    assert (row.attempts, row.proof) == (2, Proof.OWN_SOCKET)
    assert sum(is_delete(data) for data in server.messages if data[0] >> 6 == 0) == 2


async def test_a_quota_that_others_fill() -> None:
    def answer(data: bytes) -> Iterable[bytes]:
        yield reply(data, Class.ERROR, error(486, "Quota")) if is_signed(data) else challenge(data)

    async with udp_server(answer) as server:
        row = await row_of(proved(server.port))
    assert row.outcome == NotCarried(why="486: the server lends no further relay")
    assert len(server.messages) == 8, "four times, a challenge each: at once, a moment later, and the same in its turn"


async def test_a_dead_relay_is_given_back_each_time() -> None:
    async with udp_server(lending()) as server:
        row = await row_of(proved(server.port))
    assert isinstance(row.outcome, NotCarried)
    assert row.outcome.why.startswith("no packet came back")
    assert sum(is_delete(data) for data in server.messages if data[0] >> 6 == 0) == 2


async def test_no_bandwidth_is_told_of_a_relay_that_is_refused() -> None:
    def answer(data: bytes) -> Iterable[bytes]:
        yield reply(data, Class.ERROR, error(508, "Full")) if is_signed(data) else challenge(data)

    async with udp_server(answer) as server, context() as ctx:
        assert await load(ctx, proved(server.port), Climb(rates=(100_000,), lasts=0.1)) == NoLoad()
