"""Candidates of servers: asked for beside the join, trickled, and given back."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import pytest
from odd_sfu import Guest, Params, Sfu, join
from stays import Stay, staying

from hms_doctor.model.ice.servers import IceServer, IceServers
from hms_doctor.model.room.publishing import Publishing
from hms_doctor.model.room.transports import CandidatePair, CandidateType, IceConnected
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import CaFile, NoProxy, Settings
from hms_doctor.simulator import Simulator
from hms_doctor.simulator.turn_server import TurnServer
from hms_doctor.wire.room.visit import FAREWELL, RoomVisit

DEAD = "turn:192.0.2.250:9"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator() as running:
        yield running


def settings(simulator: Simulator) -> Settings:
    return Settings(proxy=NoProxy(), trust=CaFile(path=str(simulator.ca_file)))


def lists(stay: Stay, *servers: IceServer) -> None:
    stay.facts = stay.facts.with_facts([IceServers(servers=servers, origin="init")])


def types_told(sfu: Sfu, target: int) -> list[str]:
    told = [params["candidate"] for params in sfu.heard("trickle") if params["target"] == target]
    return [str(each["candidate"]).split(" typ ")[1].split()[0] for each in told if isinstance(each, Mapping)]


async def until_told(sfu: Sfu, count: int) -> None:
    async with asyncio.timeout(5):
        while len(types_told(sfu, 0)) < count:  # noqa: ASYNC110 - the other side of a socket
            await asyncio.sleep(0.02)


async def test_every_transport_of_a_relay_is_asked_and_trickled(simulator: Simulator) -> None:
    sfu = Sfu()
    async with staying(sfu, settings=settings(simulator)) as stay:
        lists(stay, *simulator.ice_servers)
        await stay.join()
        await stay.connect()
        await until_told(sfu, 5)
        ours = stay.facts[RoomVisit].publish.transport().ours
    assert types_told(sfu, 0) == ["relay"] * 5
    assert sorted(c.reached_over for c in ours if c.type is CandidateType.RELAY) == ["tcp", "tcp", "tls", "udp", "udp"]
    [pair] = [stay.facts[Publishing].transport.ice]
    assert isinstance(pair, IceConnected)
    assert isinstance(pair.pair, CandidatePair)
    assert pair.pair.local.type is CandidateType.HOST


async def test_servers_that_do_not_answer_cost_the_join_nothing(simulator: Simulator) -> None:
    wrong = IceServer(urls=simulator.ice_servers[0].urls[:1], username="nobody", credential=Secret("wrong"))
    dead = IceServer(urls=(DEAD, f"{DEAD}?transport=tcp", "stun:192.0.2.250:9", "stun:nowhere.invalid", "what:ever"))
    async with staying(Sfu(), settings=settings(simulator)) as stay:
        lists(stay, wrong, dead)
        await stay.join()
        await stay.connect()
        assert stay.facts[Publishing].transport.is_up
        assert stay.measured
    assert stay.measured["ice_ms"] < 2000


async def test_a_server_that_sees_our_own_address_adds_nothing(simulator: Simulator) -> None:
    url = simulator.ice_servers[0].urls[0].replace("turn:", "stun:")
    sfu = Sfu()
    async with staying(sfu, settings=settings(simulator)) as stay:
        lists(stay, IceServer(urls=(url,)))
        await stay.join()
        await stay.connect()
    assert types_told(sfu, 0) == []


async def test_a_relay_is_the_way_where_there_is_no_other(simulator: Simulator) -> None:
    async def through_relays_alone(guest: Guest, params: Params) -> object:
        """Hear only what comes from where the simulator's relays are."""
        result = await join(guest, params)
        assert guest.publish.sctp is not None
        for protocol in guest.publish.sctp.transport.transport._connection._protocols:
            take = protocol.datagram_received

            def filtered(data: bytes, addr: tuple[str, int], take: object = take) -> None:
                if addr[0] == "127.0.0.1" and callable(take):
                    take(data, addr)

            protocol.datagram_received = filtered
        return result

    url, *_rest = simulator.ice_servers[0].urls
    only = IceServer(
        urls=(url,), username=simulator.ice_servers[0].username, credential=simulator.ice_servers[0].credential
    )
    async with staying(Sfu(instead={"join": through_relays_alone}), settings=settings(simulator)) as stay:
        lists(stay, only)
        await stay.join()
        await stay.publish()
        ice = stay.facts[Publishing].transport.ice
    assert isinstance(ice, IceConnected)
    assert isinstance(ice.pair, CandidatePair)
    assert (ice.pair.local.type, ice.pair.local.reached_over) == (CandidateType.RELAY, "udp")


def turn_servers() -> list[TurnServer]:
    return [each for each in gc.get_objects() if isinstance(each, TurnServer)]


async def test_every_allocation_is_given_back() -> None:
    earlier, sfu = turn_servers(), Sfu()
    async with Simulator() as simulator:
        servers = [each for each in turn_servers() if each not in earlier]
        async with staying(sfu, settings=settings(simulator)) as stay:
            lists(stay, *simulator.ice_servers)
            await stay.join()  # descriptions do not stand yet: nothing was found needless so far
            await until_told(sfu, 5)
            assert sum(len(each._relays) for each in servers) >= 5
        assert sum(len(each._relays) for each in servers) == 0


async def test_relays_that_fall_silent_do_not_hold_up_the_farewell() -> None:
    sfu = Sfu()
    async with AsyncExitStack() as world:
        simulator = await world.enter_async_context(Simulator())
        async with staying(sfu, settings=settings(simulator)) as stay:
            lists(stay, *simulator.ice_servers)
            await stay.join()
            await until_told(sfu, 5)
            await world.aclose()
            began = time.monotonic()
            await stay.facts[RoomVisit].aclose()
            assert time.monotonic() - began < 2 * FAREWELL
    assert len(sfu.heard("leave")) == 1
