"""Nothing is left behind: however a run ends, its relays are given back, and its process ends with it."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from coturn_server import HERE, Coturn, needs_coturn, run_coturn
from helpers_runner import Seen, broken, cause, make_check
from hms_children import Child, plain_environment, started
from ice_helpers import closed_tcp_port, closed_udp_port, context, listed, tcp_server, udp_server

from hms_doctor.checks import ice_turn
from hms_doctor.model.check import Context, Facts
from hms_doctor.model.failure import Operation
from hms_doctor.model.finding import Status
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.report.report import Environment
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import NoProxy, Selection, Settings
from hms_doctor.model.vantage import Family
from hms_doctor.runner import Order, execute, make_plan
from hms_doctor.wire.connection.resolve import Address
from hms_doctor.wire.media.loop import OPUS_PAYLOAD
from hms_doctor.wire.stun.message import Attribute, Class, Malformed, Message, Method, parse
from hms_doctor.wire.turn.line import DatagramLine, open_datagrams
from hms_doctor.wire.turn.session import Session
from hms_doctor.wire.turn.talk import Granted, Login, Talk

pytestmark = needs_coturn
ONE_WAY = 0.04
"""Seconds that the way to the server takes: a proof then lasts some 0.4 s, long enough to be broken off."""
FREED_WITHIN = 1.6
"""Seconds after a run in which a server of one relay a user lends again; coturn counts a deletion a second later."""
AS_JSON = ("--proxy", "none", "--format", "json")
LOGIN = ("--ice-username", "hms", *AS_JSON)


NAMES = tuple(f"user{number}" for number in range(12))


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    users = [word for name in NAMES for word in ("-u", f"{name}:pass")]
    yield from run_coturn(tmp_path_factory.mktemp("quota"), "-a", *users, "--user-quota", "1", "--verbose")


@pytest.fixture
def generous(tmp_path: Path) -> Iterator[Coturn]:
    yield from run_coturn(tmp_path, "-a", "-u", "hms:pass")


_unused = iter(NAMES)


@pytest.fixture
def user() -> str:
    """Give a user of the server's whom no test has met: each has a quota of its own."""
    return next(_unused)


class Hop(asyncio.DatagramProtocol):
    """One end of a slow way: what comes in goes on after a while."""

    def __init__(self, on: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._on = on

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asyncio.get_running_loop().call_later(ONE_WAY, self._on, data, addr)


@dataclass
class Way:
    """A slow way to a UDP port for a few clients, and what passed; what ``lets`` does not let through is lost."""

    lets: Callable[[Message | Malformed], bool]
    port: int = 0
    asked: list[Message] = field(default_factory=list)
    lent: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    voice: asyncio.Event = field(default_factory=asyncio.Event)
    _clients: list[tuple[str, int]] = field(default_factory=list)
    _ends: list[asyncio.DatagramTransport] = field(default_factory=list)

    async def open(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        near, _ = await loop.create_datagram_endpoint(lambda: Hop(self._out), local_addr=(HERE, 0))
        self._ends, self.port = [near], near.get_extra_info("sockname")[1]
        for number in range(4):
            hop = partial(Hop, partial(self._back, number))
            far, _ = await loop.create_datagram_endpoint(hop, remote_addr=(HERE, port))
            self._ends.append(far)

    async def close(self) -> None:
        await asyncio.sleep(3 * ONE_WAY)  # what is still under way
        for end in self._ends:
            end.abort()
        await asyncio.sleep(0)

    def deletions(self) -> int:
        """Count the relays that were given back; a request that was sent twice is one."""
        deleting = (m for m in self.asked if m.method == Method.REFRESH and m.value(Attribute.LIFETIME) == bytes(4))
        return len({m.transaction for m in deleting})

    def _out(self, data: bytes, client: tuple[str, int]) -> None:
        parsed = parse(data)
        if client not in self._clients:
            self._clients.append(client)
        if isinstance(parsed, Message):
            self.asked.append(parsed)
        elif len(data) > OPUS_PAYLOAD:
            self.voice.set()
        if self.lets(parsed):
            self._ends[1 + self._clients.index(client)].sendto(data)

    def _back(self, number: int, data: bytes, _server: tuple[str, int]) -> None:
        parsed = parse(data)
        if isinstance(parsed, Message) and parsed.method == Method.ALLOCATE and parsed.kind is Class.SUCCESS:
            self.lent.put_nowait(None)
        self._ends[0].sendto(data, self._clients[number])


@asynccontextmanager
async def a_way_to(
    port: int, lets: Callable[[Message | Malformed], bool] = lambda _message: True
) -> AsyncIterator[Way]:
    way = Way(lets)
    await way.open(port)
    try:
        yield way
    finally:
        await way.close()


async def is_given_back(coturn: Coturn, way: Way, user: str) -> None:
    """See the deletion on the way and in the server's log, and that the server soon lends to the same user again."""
    began = time.monotonic()
    assert way.deletions() == 1
    while not await _lends(coturn, user):
        assert time.monotonic() - began < FREED_WITHIN
        await asyncio.sleep(0.05)
    log = (coturn.ca_file.parent / "turn.log").read_text()
    assert f"refreshed, realm=<lab.test>, username=<{user}>, lifetime=0" in log


async def _lends(coturn: Coturn, user: str) -> bool:
    line = await open_datagrams(Address(family=Family.IPV4, ip=HERE), coturn.port)
    assert isinstance(line, DatagramLine)
    try:
        async with context() as ctx:
            session = Session(ctx, line, Talk(Login(username=user, credential=Secret("pass"))))
            await session.ask(session.talk.allocate(), Operation.CHALLENGE)
            lent = isinstance(await session.ask(session.talk.allocate(), Operation.ALLOCATE), Granted)
            if lent:
                await session.ask(session.talk.delete(), Operation.RELEASE)
            return lent
    finally:
        await line.aclose()


def only_turn(port: int, user: str, *more: str) -> tuple[str, ...]:
    server = ("--ice-server", f"turn:{HERE}:{port}", "--ice-username", user)
    return ("network", "--only", "ice.turn", *server, *AS_JSON, *more)


PLAIN = plain_environment(HMS_ICE_CREDENTIAL="pass")


def lends_and_no_more(message: Message | Malformed) -> bool:
    """Let a relay be lent and given back, and no proof come to its end, however late the signal is."""
    return isinstance(message, Message) and message.method in {Method.ALLOCATE, Method.REFRESH}


async def ended_by(number: signal.Signals, way: Way, user: str) -> Child:
    """Run the program, and send it a signal as soon as it holds a relay."""
    async with started(*only_turn(way.port, user), env=PLAIN) as running:
        async with asyncio.timeout(20):
            await way.lent.get()
        began = time.monotonic()
        running.process.send_signal(number)
        if number is signal.SIGTERM:
            running.process.send_signal(number)  # as `timeout` of coreutils does
        child = await running.ended(None, 10.0)
    assert time.monotonic() - began < 1.5
    return child


async def test_a_run_that_ends_well_gives_its_relay_back(coturn: Coturn, user: str) -> None:
    async with a_way_to(coturn.port) as way, started(*only_turn(way.port, user), env=PLAIN) as running:
        child = await running.ended(None, 20.0)
    assert child.check("ice.turn")["status"] == "pass", child.out
    await is_given_back(coturn, way, user)


@pytest.fixture
def under_a_terminal() -> Iterator[None]:
    """Let a child meet SIGHUP as under a terminal: `nohup` would have it ignored, and the program heeds that."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("under_a_terminal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_in_the_middle_of_a_proof_gives_the_relay_back(
    coturn: Coturn, user: str, number: signal.Signals
) -> None:
    async with a_way_to(coturn.port, lends_and_no_more) as way:
        child = await ended_by(number, way, user)
    assert (child.code, child.err) == (130, "")
    assert child.check("ice.turn")["complete"] is False
    await is_given_back(coturn, way, user)


async def test_ctrl_c_in_the_middle_of_voice_gives_the_relay_back(generous: Coturn) -> None:
    async with a_way_to(generous.port) as way:
        server = ("--ice-server", f"turn:{HERE}:{way.port}", *LOGIN)
        async with started("network", "--only", "ice.quality", *server, env=PLAIN) as running:
            async with asyncio.timeout(20):
                await way.voice.wait()
            running.process.send_signal(signal.SIGINT)
            child = await running.ended(None, 10.0)
    assert child.code == 130
    assert child.check("ice.quality")["complete"] is False
    assert way.deletions() == way.lent.qsize() == 2, "the relay of the proof, and that of voice"


async def test_a_run_cut_off_by_its_deadline_gives_the_relay_back(coturn: Coturn, user: str) -> None:
    def lets(message: Message | Malformed) -> bool:
        return isinstance(message, Message) and message.method in {Method.ALLOCATE, Method.REFRESH}

    async with (
        a_way_to(coturn.port, lets) as way,
        started(*only_turn(way.port, user, "--timeout", "1"), env=PLAIN) as running,
    ):
        child = await running.ended(None, 10.0)
    assert isinstance(child.report["duration_ms"], float)
    assert child.report["duration_ms"] < 1200
    assert not way.lent.empty()
    await is_given_back(coturn, way, user)


async def test_a_crash_of_another_check_leaves_no_relay(coturn: Coturn, user: str) -> None:
    """The crash falls into the middle of the proof."""

    async def crashing(_ctx: Context, _facts: Facts) -> AsyncIterator[Seen]:
        await way.lent.get()
        yield broken(cause("lab.broken"))
        raise ZeroDivisionError

    async with a_way_to(coturn.port) as way:
        checks = (make_check("lab.crash", crashing), ice_turn.CHECK)
        servers = listed(f"turn:{HERE}:{way.port}", username=user)
        order = Order(
            plan=make_plan(checks, Selection(), frozenset({IceServers})),
            settings=Settings(proxy=NoProxy()),
            environment=Environment(os="lab", python="3"),
            seeds=(servers,),
        )
        report = await execute(order)
    told = {result.id: result for result in report.checks}
    assert "has a bug (ZeroDivisionError" in str(told["lab.crash"].findings)
    assert told["ice.turn"].status is Status.PASS
    await is_given_back(coturn, way, user)


@dataclass
class Dead:
    """Servers that nobody should wait for; ``urls`` names each of them."""

    urls: list[str] = field(default_factory=list)


@asynccontextmanager
async def dead_servers() -> AsyncIterator[Dead]:
    """Open ten servers: silent, closed, closing, of another protocol."""

    async def mute(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def closing(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read(1)

    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await reader.read()

    async with AsyncExitStack() as stack:
        mutes = [await stack.enter_async_context(tcp_server(mute)) for _ in range(3)]
        others = [await stack.enter_async_context(tcp_server(serve)) for serve in (closing, web)]
        silent = [(await stack.enter_async_context(udp_server(lambda _data: ()))).port for _ in range(2)]
        tcp = [f"turn:{HERE}:{port}?transport=tcp" for port in (*mutes[:2], *others, closed_tcp_port())]
        udp = [f"turn:{HERE}:{port}" for port in (*silent, closed_udp_port())]
        yield Dead(urls=[*tcp, *udp, f"turns:{HERE}:{mutes[2]}", f"turns:{HERE}:{others[1]}"])


@dataclass
class Ending:
    """How a process ended once it had told its report."""

    child: Child
    lingered: float  # seconds between the whole report and the process's end


async def until_its_end(*arguments: str, longest: float = 20.0) -> Ending:
    """Run the program and note when the report was whole."""
    async with started(*arguments, env=PLAIN) as running, asyncio.timeout(longest):
        assert running.process.stdout
        assert running.process.stderr
        watching = asyncio.create_task(running.watch())
        told, out = 0.0, b""
        while part := await running.process.stdout.read(65536):
            told, out = time.monotonic(), out + part
        code = await running.process.wait()
        ended = time.monotonic()
        watching.cancel()
        err = (await running.process.stderr.read()).decode()
    child = Child(code, out.decode(), err, ended - running.began, running.peak_kb / 1024)
    return Ending(child=child, lingered=ended - told)


LINGERS = 0.5
"""Seconds that Python may take to end on a busy machine; a thread that is waited for would take many."""
MOST_MB = 60


async def soon_over(*arguments: str) -> Ending:
    """Run up to three times: a thread that is waited for is there every time, a busy machine's delay is not."""
    for _ in range(2):
        ending = await until_its_end(*arguments)
        if ending.lingered < LINGERS:
            return ending
    return await until_its_end(*arguments)


async def test_ten_dead_servers_of_twelve_hold_nothing_up(generous: Coturn) -> None:
    async with dead_servers() as dead:
        urls = [*dead.urls, *generous.urls("udp", "tcp")]
        servers = [word for url in urls for word in ("--ice-server", url)]
        flags = ("--skip", "ice.quality", "--timeout", "4", *LOGIN)
        ending = await soon_over("network", "--only", "ice", *servers, *flags)
    child = ending.child
    assert isinstance(child.report["duration_ms"], float)
    assert child.report["duration_ms"] < 4200
    assert ending.lingered < LINGERS
    assert child.peak_mb < MOST_MB
    findings = child.check("ice.turn")["findings"]
    assert isinstance(findings, list)
    rows = {row["url"]: row["stage"] for row in findings[0]["evidence"]["rows"]}
    assert len(rows) == len(urls) == 12
    assert [url for url, stage in rows.items() if stage == "ok"] == urls[10:]


async def test_a_turn_server_that_says_nothing_is_given_up_at_the_deadline() -> None:
    async def mute(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with tcp_server(mute) as port:
        url = f"turn:{HERE}:{port}?transport=tcp"
        ending = await soon_over("network", "--only", "ice.turn", "--ice-server", url, "--timeout", "2", *LOGIN)
    assert isinstance(ending.child.report["duration_ms"], float)
    assert ending.child.report["duration_ms"] < 2200
    assert ending.lingered < LINGERS


IN_A_WORLD_OF_ITS_OWN = ("unshare", "--map-root-user", "--net", "--mount")
SILENT_DNS = """
import socket, subprocess, sys
subprocess.run(("ip", "link", "set", "lo", "up"), check=True)
subprocess.run(("mount", "--bind", sys.argv[1], "/etc/resolv.conf"), check=True)
with socket.socket(type=socket.SOCK_DGRAM) as silent:
    silent.bind(("127.0.0.1", 53))
    sys.exit(subprocess.run((sys.executable, "-m", "hms_doctor", *sys.argv[2:])).returncode)
"""


def _has_worlds() -> bool:
    try:
        return subprocess.run((*IN_A_WORLD_OF_ITS_OWN, "ip", "link"), capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(not _has_worlds(), reason="no network and mount namespaces (unshare), or no iproute2")
def test_a_silent_name_server_keeps_no_process(tmp_path: Path) -> None:
    resolv_conf = tmp_path / "resolv.conf"
    resolv_conf.write_text("nameserver 127.0.0.1\n")
    servers = [word for number in range(6) for word in ("--ice-server", f"turn:turn{number}.hms-doctor.test")]
    arguments = ("network", "--only", "ice", *servers, *LOGIN, "--timeout", "2")
    began = time.monotonic()
    done = subprocess.run(
        (*IN_A_WORLD_OF_ITS_OWN, sys.executable, "-c", SILENT_DNS, str(resolv_conf), *arguments),
        capture_output=True,
        env=PLAIN,
        timeout=20,
        check=False,
    )
    took = time.monotonic() - began
    report = json.loads(done.stdout)
    assert "ice.turn" in {check["id"] for check in report["checks"]}
    assert report["duration_ms"] < 2200
    assert took < 8, "glibc alone waits ten seconds for a name"
