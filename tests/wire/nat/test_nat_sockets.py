"""The sockets of NAT discovery: what the system says against them, and what waits in them."""

import time

import pytest
from ice_helpers import udp_server

from hms_doctor.model.failure import Kind
from hms_doctor.model.ice.nat import Endpoint
from hms_doctor.model.vantage import Family
from hms_doctor.wire.nat.sockets import nat_sockets
from hms_doctor.wire.nat.talk import Outgoing

NOBODY = Endpoint(ip="255.255.255.255", port=9)


async def test_an_address_that_is_not_ours_is_told() -> None:
    async with nat_sockets(Family.IPV4) as sockets:
        with pytest.raises(OSError, match="assign"):
            await sockets.add("192.0.2.1")


async def test_what_is_not_let_out_is_a_failure_where_nothing_is() -> None:
    async with nat_sockets(Family.IPV4) as sockets, udp_server(lambda _data: ()) as server:
        await sockets.add("127.0.0.1")
        sockets.send(Outgoing(socket=0, to=NOBODY, data=b"x"))
        assert [failure.kind for failure in sockets.failures] == [Kind.PROHIBITED]
        sockets.send(Outgoing(socket=0, to=Endpoint(ip="127.0.0.1", port=server.port), data=b"x"))
        assert sockets.failures == ()


async def test_what_came_in_while_this_process_stood_still_is_there() -> None:
    async with nat_sockets(Family.IPV4) as sockets, udp_server(lambda data: (data,) * 5) as server:
        ours = [await sockets.add("127.0.0.1") for _number in range(2)]
        for number in range(2):
            sockets.send(Outgoing(socket=number, to=Endpoint(ip="127.0.0.1", port=server.port), data=b"x"))
        while len(server.messages) < 2:
            await sockets.hear()
        time.sleep(0.05)  # noqa: ASYNC251 - this is the standing still
        heard = await sockets.backlog()
    assert sorted(one.socket for one in heard) == [0] * 5 + [1] * 5
    assert {one.origin.port for one in heard} == {server.port}
    assert ours[0] != ours[1]


async def test_a_flood_is_dropped() -> None:
    async with nat_sockets(Family.IPV4) as sockets, udp_server(lambda data: (data,) * 400) as server:
        await sockets.add("127.0.0.1")
        sockets.send(Outgoing(socket=0, to=Endpoint(ip="127.0.0.1", port=server.port), data=b"x"))
        await sockets.hear()
        assert 0 < len(await sockets.backlog()) <= 256
