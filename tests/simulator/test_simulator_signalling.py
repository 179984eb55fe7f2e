"""The signalling websocket, as the web SDK's bytes meet it."""

import asyncio
import json
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest
import websockets.asyncio.client as ws
from sim_clients import client, knock, nothing_left, signalling, signalling_address, trusting
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus

from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.change import Change, opening, signalling_port, upgrade, without_pongs
from hms_doctor.simulator.scenario import TlsScript, UpgradeSilent
from hms_doctor.simulator.steps import CloseFrame, Pause, PingFrame, Say, SayBytes, SayPolicy, SayRoomState, Sever


def playing(change: Change) -> Simulator:
    return Simulator(change(Scenario()))


async def heard(connection: ws.ClientConnection) -> dict[str, object]:
    message: dict[str, object] = json.loads(await asyncio.wait_for(connection.recv(), 3))
    return message


@pytest.mark.parametrize(("role", "publishes"), [("host", ["audio", "video", "screen"]), ("guest", [])])
async def test_the_policy_comes_unprompted_in_the_shape_of_100ms(role: str, publishes: list[str]) -> None:
    async with Simulator() as simulator, signalling(simulator, role) as connection:
        policy = json.loads(await connection.recv())
        state = json.loads(await connection.recv())
    assert policy["jsonrpc"] == "2.0"
    assert policy["method"] == "on-policy-change"
    told = policy["params"]
    assert set(told) == {"name", "known_roles", "template_id", "plugins", "app_data"}
    assert told["name"] == role
    assert list(told["known_roles"]) == ["host", "guest"]
    assert told["known_roles"][role]["publishParams"]["allowed"] == publishes
    assert told["known_roles"][role]["subscribeParams"]["subscribeToRoles"] == ["host", "guest"]
    assert state["method"] == "room-state"
    assert state["params"]["peer_count"] == 0
    assert state["params"]["room"]["id"] == simulator.room_id


async def test_a_ping_gets_its_timestamp_back() -> None:
    async with Simulator() as simulator, signalling(simulator) as connection:
        await connection.recv()
        await connection.recv()
        for stamp in (1795288391183, 1795288394200):
            asked = {"method": "ping", "params": {"timestamp": stamp}, "id": f"id-{stamp}", "jsonrpc": "2.0"}
            await connection.send(json.dumps(asked))
            assert await heard(connection) == {"id": f"id-{stamp}", "jsonrpc": "2.0", "result": {"timestamp": stamp}}


async def test_a_method_that_nobody_knows_is_refused_in_plain_words() -> None:
    async with Simulator() as simulator, signalling(simulator) as connection:
        await connection.recv()
        await connection.recv()
        await connection.send('{"method":"fly","params":{},"id":"8","jsonrpc":"2.0"}')
        unknown = json.loads(await connection.recv())
    assert unknown["id"] == "8"
    assert unknown["error"]["code"] == -32601
    assert unknown["error"]["message"] == "unknown method fly"


@pytest.mark.parametrize("noise", ["no json", "[" * 5000, "[]", "17", '{"method":"analytics","params":{}}', "{}"])
async def test_noise_and_notifications_are_passed_over(noise: str) -> None:
    async with Simulator() as simulator, signalling(simulator) as connection:
        await connection.recv()
        await connection.recv()
        await connection.send(noise)
        await connection.send([b"binary", b"noise"])
        await connection.send(['{"method":"ping","params":{"time', 'stamp":5},"id":"1"}'])
        assert (await heard(connection))["result"] == {"timestamp": 5}


async def test_a_websocket_ping_is_answered() -> None:
    async with Simulator() as simulator, signalling(simulator) as connection:
        assert await asyncio.wait_for(await connection.ping(), 3) >= 0


@pytest.mark.parametrize(
    ("query", "status"),
    [("peer=1", 401), ("peer=1&token=abc", 401), ("token={token}", 400), ("peer=&token={token}", 400)],
)
async def test_the_upgrade_wants_a_peer_and_a_good_token(query: str, status: int) -> None:
    async with Simulator() as simulator:
        address = f"{simulator.signalling_url}?{query.format(token=simulator.tokens['host'].reveal())}"
        with pytest.raises(InvalidStatus) as refused:
            await ws.connect(address, ssl=trusting(simulator), proxy=None)
    assert refused.value.response.status_code == status


async def test_a_request_that_asks_for_no_websocket_gets_426() -> None:
    async with Simulator() as simulator, client(simulator) as http:
        address = signalling_address(simulator).replace("wss://", "https://")
        assert (await http.get(address)).status_code == 426


@pytest.mark.parametrize("status", [200, 401, 403, 404, 503])
async def test_the_upgrade_can_be_answered_with_any_status(status: int) -> None:
    async with playing(upgrade(Answer(status=status, body=b"no"))) as simulator:
        with pytest.raises(InvalidStatus) as refused:
            await ws.connect(signalling_address(simulator), ssl=trusting(simulator), proxy=None)
    assert refused.value.response.status_code == status


async def test_nothing_is_said_after_the_clients_goodbye() -> None:
    steps = (SayPolicy(), Pause(seconds=0.1), SayRoomState(), SayPolicy())
    async with playing(opening(*steps)) as simulator:
        with nothing_left():
            async with signalling(simulator) as connection:
                await connection.recv()
            assert connection.close_code == 1000
            await asyncio.sleep(0.15)


async def test_no_answer_at_all_to_the_upgrade() -> None:
    async with playing(upgrade(UpgradeSilent())) as simulator, client(simulator) as http:
        address = signalling_address(simulator).replace("wss://", "https://")
        with pytest.raises(httpx.ReadTimeout):
            await http.get(address, timeout=0.2)


@pytest.mark.parametrize("code", [1000, 1011, 4401])
async def test_the_server_can_close_at_once(code: int) -> None:
    async with playing(opening(CloseFrame(code=code, reason="so"))) as simulator, signalling(simulator) as connection:
        with pytest.raises((ConnectionClosedOK, ConnectionClosedError)) as closed:
            await connection.recv()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (code, "so")


async def test_the_connection_can_be_cut_after_the_policy() -> None:
    steps = (SayPolicy(), Pause(seconds=0.05), Sever())
    async with playing(opening(*steps)) as simulator, signalling(simulator) as connection:
        assert (await heard(connection))["method"] == "on-policy-change"
        with pytest.raises(ConnectionClosedError) as lost:
            await connection.recv()
    assert lost.value.rcvd is None


async def test_pings_can_stay_without_pongs() -> None:
    async with playing(without_pongs()) as simulator, signalling(simulator) as connection:
        await connection.recv()
        await connection.recv()
        await connection.send('{"method":"ping","params":{"timestamp":1},"id":"1"}')
        await connection.send('{"method":"join","params":{},"id":"2"}')
        assert (await heard(connection))["id"] == "2"


async def test_every_kind_of_frame_can_be_sent() -> None:
    steps = (PingFrame(), Say(text="é\u202e"), SayBytes(data=b"\x00\xff"), SayRoomState())
    async with playing(opening(*steps)) as simulator, signalling(simulator) as connection:
        assert [await connection.recv() for _ in range(2)] == ["é\u202e", b"\x00\xff"]
        assert (await heard(connection))["method"] == "room-state"


async def test_a_port_of_its_own() -> None:
    async with playing(signalling_port(TlsScript())) as simulator:
        assert urlsplit(simulator.signalling_url).port != urlsplit(simulator.init_endpoint).port
        async with signalling(simulator) as connection:
            assert (await heard(connection))["method"] == "on-policy-change"


async def test_a_client_that_leaves_without_goodbye_leaves_nothing_behind() -> None:
    async with Simulator() as simulator:
        context = trusting(simulator)
        with nothing_left():
            connection = await ws.connect(signalling_address(simulator), ssl=context, proxy=None)
            await connection.recv()
            connection.transport.abort()
            await connection.wait_closed()
            for _ in range(20):
                await asyncio.sleep(0.005)


async def test_half_a_handshake_is_refused() -> None:
    async with Simulator() as simulator:
        path = signalling_address(simulator).partition(simulator.signalling_url)[2]
        asked = f"GET /v2/ws{path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        assert (await knock(simulator.init_endpoint, asked.encode(), patience=1)).startswith(b"HTTP/1.1 400 ")


async def test_the_scenario_of_one_changes_nothing_in_another() -> None:
    scenario = opening(CloseFrame(code=1000))(Scenario())
    assert replace(scenario, signalling=Scenario().signalling) == Scenario()
