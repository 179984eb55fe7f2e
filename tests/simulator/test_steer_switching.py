"""Switching what is played while the simulator runs: who meets what, from when on, and what needs a new start."""

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime

import httpx
import pytest
from aioice import stun, turn
from sim_clients import ask_init, bearer, client, signalling

from hms_doctor.model.ice.servers import IceServer
from hms_doctor.model.secret import Secret
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.crowd import Crowd, Member
from hms_doctor.simulator.faults import find_fault
from hms_doctor.simulator.scenario import TurnScript, UdpPort
from hms_doctor.simulator.switching import Everyone, Named, NeedsRestartError, Peers, Playing


def played(fault: str) -> Scenario:
    return find_fault(fault).apply(Scenario())


async def ask_as(simulator: Simulator, peer_id: str) -> httpx.Response:
    async with client(simulator) as http:
        url = f"{simulator.init_endpoint}/init"
        return await http.get(url, params={"peer_id": peer_id}, headers=bearer(simulator.tokens["host"]))


async def test_init_says_what_is_played_now() -> None:
    async with Simulator() as simulator:
        token = simulator.tokens["host"]
        assert (await ask_init(simulator, token)).status_code == 200
        simulator.switch(played("40102"))
        assert (await ask_init(simulator, token)).json()["code"] == 40102
        simulator.switch(played("40108"))
        assert (await ask_init(simulator, token)).json()["code"] == 40108
        simulator.switch(Scenario())
        assert (await ask_init(simulator, token)).status_code == 200


async def test_one_peer_meets_its_own_by_id_and_by_the_name_it_had_in_the_room() -> None:
    async with Simulator() as simulator:
        ann, bob = str(uuid.uuid4()), str(uuid.uuid4())
        simulator.ground.crowd.enter(Member(peer_id=ann, name="Ann", role="host"))
        simulator.ground.crowd.leave(ann)
        simulator.switch(played("40102"), Named(name="Ann"))
        assert (await ask_as(simulator, ann)).status_code == 401
        assert (await ask_as(simulator, bob)).status_code == 200
        simulator.switch(played("40001"), Named(name=bob))
        assert (await ask_as(simulator, ann)).json()["code"] == 40102
        assert (await ask_as(simulator, bob)).json()["code"] == 40001
        simulator.switch(Scenario(), Everyone())
        assert [(await ask_as(simulator, peer)).status_code for peer in (ann, bob)] == [200, 200]


async def test_a_websocket_opened_later_meets_what_is_played_then() -> None:
    async with Simulator() as simulator:
        async with signalling(simulator) as connection:
            assert "on-policy-change" in str(await connection.recv())
        simulator.switch(played("peer-gone"))
        async with signalling(simulator) as connection:
            assert "41001" in str(await connection.recv())


async def allocate(simulator: Simulator) -> None:
    """Take a relay as aioice does and give it back; raises ``stun.TransactionFailed`` where it is refused."""
    (server,) = simulator.ice_servers
    transport, _protocol = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        server_addr=("127.0.0.1", int(server.urls[0].rpartition(":")[2])),
        username=server.username,
        password=server.credential.reveal(),
    )
    transport.close()
    await asyncio.sleep(0)


async def test_turn_does_what_is_played_now() -> None:
    async with Simulator() as simulator:
        await allocate(simulator)
        simulator.switch(played("turn-quota"))
        with pytest.raises(stun.TransactionFailed) as refused:
            await allocate(simulator)
        assert refused.value.response.attributes["ERROR-CODE"][0] == 486
        simulator.switch(replace(Scenario(), turn=TurnScript(udp=UdpPort.SILENT)))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await allocate(simulator)
        simulator.switch(Scenario())
        await allocate(simulator)


async def test_the_clock_can_be_set_by_hours() -> None:
    async with Simulator() as simulator:

        async def ahead() -> float:
            told = (await ask_init(simulator, simulator.tokens["host"])).headers["date"]
            return parsedate_to_datetime(told).timestamp() - time.time()

        assert abs(await ahead()) < 5
        simulator.switch(replace(Scenario(), clock_offset=7200.0))
        assert abs(await ahead() - 7200) < 5
        await allocate_as_listed(simulator)


async def allocate_as_listed(simulator: Simulator) -> None:
    """Take a relay with the login that init gives now."""
    answer = (await ask_init(simulator, simulator.tokens["host"])).json()
    (server,) = answer["rtcConfiguration"]["ice_servers"]
    simulator.ice_servers = (
        IceServer(urls=tuple(server["urls"]), username=server["username"], credential=Secret(server["credential"])),
    )
    await allocate(simulator)


async def test_the_list_of_init_is_what_is_played_now_and_the_same_again_afterwards() -> None:
    async with Simulator() as simulator:

        async def listed() -> Mapping[str, object]:
            answer = (await ask_init(simulator, simulator.tokens["host"])).json()
            server: Mapping[str, object] = answer["rtcConfiguration"]["ice_servers"][0]
            return {**server, "endpoint": answer["endpoint"]}

        healthy = await listed()
        simulator.switch(played("turn-no-login"))
        assert (await listed())["username"] == ""
        simulator.switch(played("turn-unresolved"))
        assert "turn.hms-doctor.test" in str((await listed())["urls"])
        simulator.switch(played("ws-nxdomain"))
        assert str((await listed())["endpoint"]).startswith("wss://signal.hms-doctor.test:")
        simulator.switch(Scenario())
        assert await listed() == healthy


@pytest.mark.parametrize(
    ("fault", "settled"),
    [
        ("ws-refused", "signalling's port"),
        ("tls-expired", "init's port"),
        ("ice-blocked", "the STUN and TURN ports"),
        ("token-expired", "the tokens"),
        ("endpoint-http", "the announced endpoint"),
        ("clock-years-ahead", "the certificates' times"),
        ("camera-denied", "this machine"),
    ],
)
async def test_what_is_settled_at_the_start_is_refused_and_nothing_changes(fault: str, settled: str) -> None:
    async with Simulator() as simulator:
        before, told = simulator.ground.scenario, list[Peers]()
        simulator.ground.on_switch(told.append)
        with pytest.raises(NeedsRestartError) as refused:
            simulator.switch(played(fault))
        assert settled in refused.value.settled
        assert settled in str(refused.value)
        assert (simulator.ground.scenario, told) == (before, [])


def test_those_who_act_on_live_peers_are_called_after_the_change() -> None:
    playing = Playing(Scenario(), Crowd())
    seen = list[tuple[Peers, int]]()
    take_off = playing.on_switch(lambda peers: seen.append((peers, len(playing.named))))
    playing.switch(played("40102"), Named(name="Ann"))
    playing.switch(played("40102"), Everyone())
    take_off()
    take_off()
    playing.switch(Scenario(), Everyone())
    assert seen == [(Named(name="Ann"), 1), (Everyone(), 0)]


def test_only_the_last_names_stay_known() -> None:
    crowd = Crowd()
    for number in range(1001):
        crowd.enter(Member(peer_id=str(number), name=f"peer {number}", role="host"))
        crowd.leave(str(number))
    assert (crowd.present, crowd.name_of("0"), crowd.name_of("1000")) == ((), "", "peer 1000")
