"""What a real TURN server refuses, and where one sends its clients."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from coturn_server import HERE, Coturn, needs_coturn, run_coturn
from ice_helpers import context, final_rows, listed

from hms_doctor.model.failure import Operation
from hms_doctor.model.ice.relay_words import causes_of
from hms_doctor.model.ice.relays import Path as TurnPath
from hms_doctor.model.ice.relays import Proven, Refused, RelayRow
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.secret import Secret
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.resolve import Address
from hms_doctor.wire.turn.knock import knock
from hms_doctor.wire.turn.line import DatagramLine, open_datagrams
from hms_doctor.wire.turn.session import Session
from hms_doctor.wire.turn.talk import Granted, Login, Talk

pytestmark = needs_coturn
LOGIN = ("-a", "-u", "hms:pass")


@pytest.fixture
def single(tmp_path: Path) -> Iterator[Coturn]:
    """Run a server that has one port to lend."""
    yield from run_coturn(tmp_path, *LOGIN, "--min-port", "58999", "--max-port", "58999")


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Coturn]:
    folder = tmp_path / "target"
    folder.mkdir()
    yield from run_coturn(folder, *LOGIN)


@pytest.fixture
def sending(tmp_path: Path, target: Coturn) -> Iterator[Coturn]:
    """Run a server that sends its clients on."""
    yield from run_coturn(tmp_path, *LOGIN, "--alternate-server", f"{HERE}:{target.port}")


async def rows_of(server: Coturn, *names: str) -> tuple[RelayRow, ...]:
    async with context(ca_file=server.ca_file) as ctx:
        return await final_rows(ctx, listed(*server.urls(*names)))


async def test_a_server_without_a_port_left_says_508(single: Coturn) -> None:
    line = await open_datagrams(Address(family=Family.IPV4, ip=HERE), single.port)
    assert isinstance(line, DatagramLine)
    async with context() as ctx:
        talk = Talk(Login(username="hms", credential=Secret("pass")))
        session = Session(ctx, line, talk)
        await session.ask(talk.allocate(), Operation.CHALLENGE)
        assert isinstance(await session.command(talk.allocate, Operation.ALLOCATE), Granted)
        [row] = await rows_of(single, "udp")
        await session.command(talk.delete, Operation.RELEASE)
    await line.aclose()
    assert isinstance(row.outcome, Refused)
    assert row.outcome.code == 508
    assert list(causes_of([row])) == ["turn.capacity"]


async def test_a_client_that_is_sent_on_gets_its_relay_there(sending: Coturn, target: Coturn) -> None:
    rows = await rows_of(sending, "udp", "tcp")
    for row in rows:
        assert isinstance(row.outcome, Proven), row
        [moved] = row.moved_to
        assert (moved.host, moved.port, row.path.port) == (HERE, target.port, sending.port)


async def test_a_knock_leaves_no_allocation(single: Coturn) -> None:
    door = TurnPath(url="turn:x", host=HERE, port=single.port, transport=Transport.UDP, family=Family.IPV4)
    async with context() as ctx:
        rows = await asyncio.gather(*(knock(ctx, [door]) for _time in range(4)))
    assert {row.outcome.code for [row] in rows if isinstance(row.outcome, Refused)} == {401}
    [row] = await rows_of(single, "udp")
    assert isinstance(row.outcome, Proven)
