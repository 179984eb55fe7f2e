"""The simulated TURN server, asked by clients that share no code with ours: aioice's own, and bare requests."""

import asyncio
import hashlib
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from aioice import stun, turn
from sim_clients import nothing_left

from hms_doctor.model.ice.servers import IceServer
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.scenario import Relaying, TurnLogin, TurnScript, UdpPort

if TYPE_CHECKING:
    from aioice.stun import Message
    from aioice.turn import TurnTransport

HERE = "127.0.0.1"
REALM = "hms-doctor.test"
ASK_FOR_UDP = {"REQUESTED-TRANSPORT": 17 << 24}


def port_in(url: str) -> int:
    return int(url.partition("?")[0].rpartition(":")[2])


class Peer(asyncio.DatagramProtocol):
    """Notes what comes in, and when its relay is gone."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue()
        self.gone = asyncio.Event()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.put_nowait((data, addr))

    def connection_lost(self, _exc: Exception | None) -> None:
        self.gone.set()


@asynccontextmanager
async def relayed(
    server: IceServer, place: int, transport: str, context: ssl.SSLContext | None
) -> AsyncIterator[tuple["TurnTransport", Peer]]:
    end, peer = await turn.create_turn_endpoint(
        Peer,
        server_addr=(HERE, port_in(server.urls[place])),
        username=server.username,
        password=server.credential.reveal(),
        ssl=context,
        transport=transport,
    )
    try:
        yield end, peer
    finally:
        end.close()
        await peer.gone.wait()


@pytest.mark.parametrize(("place", "transport", "tls"), [(0, "udp", False), (1, "tcp", False), (4, "tcp", True)])
async def test_another_client_relays_between_two_allocations(place: int, transport: str, tls: bool) -> None:
    async with Simulator() as simulator, asyncio.timeout(10):
        [server] = simulator.ice_servers
        context = ssl.create_default_context(cafile=simulator.ca_file) if tls else None
        async with (
            relayed(server, place, transport, context) as (one, left),
            relayed(server, place, transport, context) as (two, right),
        ):
            one.sendto(b"dropped: no permission there yet", two.get_extra_info("sockname"))
            two.sendto(b"odd", one.get_extra_info("sockname"))
            assert await left.heard.get() == (b"odd", two.get_extra_info("sockname"))
            one.sendto(b"and back", two.get_extra_info("sockname"))
            while (heard := await right.heard.get())[0] != b"and back":
                pass
            assert heard[1] == one.get_extra_info("sockname")


@dataclass
class Bare:
    """A client that sends single requests over UDP and knows its login."""

    server: IceServer
    sock: socket.socket
    nonce: bytes = b""

    async def ask(self, method: "stun.Method", **told: object) -> "Message":
        """Ask with the attributes that the keywords name (``_`` for ``-``)."""
        attributes = {name.replace("_", "-"): value for name, value in told.items()}
        return await self.send(stun.Message(method, stun.Class.REQUEST, attributes=attributes))

    async def send(self, message: "Message") -> "Message":
        if self.nonce:
            login = {"USERNAME": self.server.username, "REALM": REALM, "NONCE": self.nonce}
            message.attributes.update({name: value for name, value in login.items() if name not in message.attributes})
            password = f"{self.server.username}:{REALM}:{self.server.credential.reveal()}"
            message.add_message_integrity(hashlib.md5(password.encode(), usedforsecurity=False).digest())
        await self.throw(bytes(message))
        return await self.next()

    async def throw(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.sock, data)

    async def next(self) -> "Message":
        async with asyncio.timeout(5):
            return stun.parse_message(await asyncio.get_running_loop().sock_recv(self.sock, 2000))

    async def allocate(self, **told: object) -> "Message":
        return await self.ask(stun.Method.ALLOCATE, **{"REQUESTED_TRANSPORT": 17 << 24, **told})


@asynccontextmanager
async def bare(script: TurnScript | None = None) -> AsyncIterator[Bare]:
    """Give a client that has met the challenge."""
    async with Simulator(Scenario(turn=script or TurnScript())) as simulator:
        [server] = simulator.ice_servers
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.settimeout(0)
            sock.connect((HERE, port_in(server.urls[0])))
            client = Bare(server=server, sock=sock)
            challenge = await client.allocate()
            assert (challenge.error_code, challenge.attributes["REALM"]) == (401, REALM)
            client.nonce = challenge.attributes["NONCE"]
            yield client


async def test_a_binding_tells_the_address_that_asked() -> None:
    async with bare() as client:
        answer = await client.ask(stun.Method.BINDING)
        assert answer.attributes["XOR-MAPPED-ADDRESS"] == client.sock.getsockname()


async def test_an_allocation_is_kept_renewed_and_ended() -> None:
    async with bare() as client:
        request = stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST, attributes=dict(ASK_FOR_UDP))
        first, again = await client.send(request), await client.send(request)
        assert first.attributes["XOR-RELAYED-ADDRESS"] == again.attributes["XOR-RELAYED-ADDRESS"]
        assert (await client.allocate()).error_code == 437, "another request, the same 5-tuple"
        renewed = await client.ask(stun.Method.REFRESH, LIFETIME=300)
        assert renewed.attributes["LIFETIME"] == 300
        assert (await client.ask(stun.Method.REFRESH, LIFETIME=0)).attributes["LIFETIME"] == 0
        assert (await client.ask(stun.Method.REFRESH, LIFETIME=300)).error_code == 437
        assert (await client.allocate()).message_class == stun.Class.RESPONSE


async def test_an_allocation_ends_by_itself() -> None:
    async with bare() as client:
        await client.allocate()
        await client.ask(stun.Method.REFRESH, LIFETIME=1)
        await asyncio.sleep(1.1)
        assert (await client.ask(stun.Method.REFRESH, LIFETIME=1)).error_code == 437


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"REQUESTED_TRANSPORT": 6 << 24}, 442),
        ({"NONCE": b"another"}, 438),
        ({"USERNAME": "no time:"}, 401),
        ({"USERNAME": "1:"}, 401),
        ({"USERNAME": "99999999999:"}, 401),
    ],
)
async def test_allocations_that_are_refused(told: Mapping[str, object], code: int) -> None:
    async with bare() as client:
        answer = await client.allocate(**told)
        assert answer.error_code == code
        assert ("NONCE" in answer.attributes) is (code in {401, 438})


async def test_commands_without_an_allocation_are_refused() -> None:
    async with bare() as client:
        for method in (stun.Method.REFRESH, stun.Method.CREATE_PERMISSION, stun.Method.CHANNEL_BIND):
            assert (await client.ask(method)).error_code == 437


async def test_a_permission_needs_a_peer() -> None:
    async with bare() as client:
        await client.allocate()
        assert (await client.ask(stun.Method.CREATE_PERMISSION)).error_code == 400


async def test_indications_carry_data_to_a_permitted_peer_and_back() -> None:
    async with bare() as client:
        own = (await client.allocate()).attributes["XOR-RELAYED-ADDRESS"]
        indication = {"XOR-PEER-ADDRESS": own, "DATA": b"to myself"}
        send = bytes(stun.Message(stun.Method.SEND, stun.Class.INDICATION, attributes=indication))
        await client.throw(send)  # dropped: no permission yet
        await client.ask(stun.Method.CREATE_PERMISSION, XOR_PEER_ADDRESS=own)
        await client.throw(send)
        data = await client.next()
        assert (data.message_method, data.message_class) == (stun.Method.DATA, stun.Class.INDICATION)
        assert (data.attributes["XOR-PEER-ADDRESS"], data.attributes["DATA"]) == (own, b"to myself")


async def test_a_server_that_drops_forwards_nothing() -> None:
    async with bare(TurnScript(relaying=Relaying.DROPS)) as client:
        own = (await client.allocate()).attributes["XOR-RELAYED-ADDRESS"]
        await client.ask(stun.Method.CHANNEL_BIND, XOR_PEER_ADDRESS=own, CHANNEL_NUMBER=0x4000)
        await client.throw(b"\x40\x00\x00\x04data")
        indication = {"XOR-PEER-ADDRESS": own, "DATA": b"data"}
        await client.throw(bytes(stun.Message(stun.Method.SEND, stun.Class.INDICATION, attributes=indication)))
        assert (await client.ask(stun.Method.BINDING)).message_method == stun.Method.BINDING


async def test_what_is_no_message_is_ignored() -> None:
    async with bare() as client:
        garbage = (b"", b"x", b"garbage", bytes(20), b"\x40\x00\x00\x04data", b"\x00\x01\x00\x04" + bytes(20))
        for data in garbage:
            await client.throw(data)
        assert (await client.ask(stun.Method.BINDING)).message_method == stun.Method.BINDING


async def test_muted_methods_get_no_answer() -> None:
    async with bare(TurnScript(mute=frozenset({"BINDING"}))) as client:
        await client.throw(bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST)))
        assert (await client.allocate()).message_method == stun.Method.ALLOCATE


async def test_a_connection_that_ends_ends_its_allocation() -> None:
    scenario = Scenario(turn=TurnScript(most_allocations=1))
    async with Simulator(scenario) as simulator, asyncio.timeout(10):
        [server] = simulator.ice_servers
        for _client in range(3):
            async with relayed(server, 1, "tcp", None) as (end, _peer):
                assert end.get_extra_info("sockname")[0] == HERE


async def test_the_list_is_100mss_with_tls_beside() -> None:
    async with Simulator() as simulator:
        [server] = simulator.ice_servers
        one, other = port_in(server.urls[0]), port_in(server.urls[2])
        assert server.urls[:4] == (
            f"turn:{HERE}:{one}",
            f"turn:{HERE}:{port_in(server.urls[1])}?transport=tcp",
            f"turn:{HERE}:{other}",
            f"turn:{HERE}:{port_in(server.urls[3])}?transport=tcp",
        )
        assert server.urls[4].startswith(f"turns:{HERE}:")
        assert one != other
        assert server.username.endswith(":")


async def test_a_list_without_login_has_none() -> None:
    async with Simulator(Scenario(turn=TurnScript(login=TurnLogin.NONE))) as simulator:
        [server] = simulator.ice_servers
        assert (server.username, bool(server.credential)) == ("", False)


@pytest.mark.parametrize("kind", [UdpPort.SILENT, UdpPort.REFUSED])
async def test_udp_ports_without_a_server(kind: UdpPort) -> None:
    async with Simulator(Scenario(turn=TurnScript(udp=kind))) as simulator:
        [server] = simulator.ice_servers
        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.settimeout(0.2)
            sock.connect((HERE, port_in(server.urls[0])))
            sock.send(bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST)))
            with pytest.raises(ConnectionRefusedError if kind is UdpPort.REFUSED else TimeoutError):
                sock.recv(100)


async def test_relays_that_nobody_gave_back_leave_nothing() -> None:
    with nothing_left():
        async with bare() as client:
            await client.allocate()
