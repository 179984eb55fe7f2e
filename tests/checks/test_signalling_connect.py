import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from ws_servers import (
    BRIEF,
    HURRIED,
    TOKEN,
    Certificates,
    Handler,
    Reader,
    Writer,
    a_context,
    accept,
    frame,
    make_certificates,
    policy,
    read_head,
    serving,
    signalling_at,
    until_closed,
    upgraded,
)

from hms_doctor.checks.signalling_connect import CHECK
from hms_doctor.model.check import Facts, Snapshot
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned
from hms_doctor.model.network.server import RolePolicy, SignallingUrl
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import FixedProxy, NoProxy, Settings
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.model.vantage import ProxyUse
from hms_doctor.wire.websocket.signalling import LiveSignalling

DIRECT = Settings(proxy=NoProxy())


def pieces(*frames: bytes) -> Handler:
    """Upgrade, send these frames, then answer pings until the client closes."""

    async def handler(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer)
        writer.write(b"".join(frames))
        await until_closed(reader, writer)

    return handler


def answer(raw: bytes) -> Handler:
    """Answer the upgrade with these bytes and end."""

    async def handler(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(raw)
        writer.write_eof()
        await reader.read()

    return handler


async def cut(reader: Reader, writer: Writer) -> None:
    await accept(reader, writer)
    writer.transport.abort()


async def mute(reader: Reader, _writer: Writer) -> None:
    await reader.read()


async def look(
    server: SignallingUrl, seconds: float = 8.0, settings: Settings = DIRECT, claimed: str = "host"
) -> list[Snapshot]:
    """Run the check against a real server, with a token that claims a role."""
    token = WellFormedToken(text=TOKEN, header={}, claims={"role": claimed})
    async with a_context(seconds, settings) as ctx:
        return [snapshot async for snapshot in CHECK.examine(ctx, Facts([server, token]))]


async def findings_of(handler: Handler, seconds: float = 8.0, claimed: str = "host") -> tuple[Finding, ...]:
    async with serving(handler) as port:
        return (await look(signalling_at(port), seconds, claimed=claimed))[-1].findings


async def test_a_healthy_server_passes_and_the_policy_is_a_fact() -> None:
    async with serving(pieces(frame('{"method":"room-state"}'), frame(policy()))) as port:
        snapshots = await look(signalling_at(port))
    [passed] = snapshots[-1].findings
    assert isinstance(passed, Passed)
    assert passed.summary == "role host, policy received; may publish audio, video"
    assert [type(fact) for fact in snapshots[-1].facts] == [RolePolicy, LiveSignalling]
    assert {"connect_ms", "upgrade_ms", "policy_ms"} <= set(snapshots[-1].measurements)
    assert not snapshots[-1].worth_repeating
    assert isinstance(snapshots[0].findings[0], Undecided)


async def test_the_close_at_the_end_of_the_run_is_1000() -> None:
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def handler(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer, frame(policy()))
        told.set_result(await until_closed(reader, writer))

    async with serving(handler) as port:
        await look(signalling_at(port))
        async with asyncio.timeout(2):
            assert await told == 1000


POLICY = frame(policy())


@pytest.mark.parametrize(
    ("handler", "cause", "word"),
    [
        (answer(b"HTTP/1.1 401 no\r\n\r\n"), "websocket.upgrade.refused", 0),
        (answer(b"HTTP/1.1 200 OK\r\nVia: 1.1 squid\r\n\r\n<html>"), "websocket.upgrade.stripped", 0),
        (answer(b"SSH-2.0-OpenSSH\r\n"), "websocket.upgrade.malformed", 0),
        (answer(b""), "websocket.upgrade.dropped", 0),
        (cut, "websocket.closed_early", 0),
        (pieces(frame(b"\x11\x31", 8)), "websocket.closed_early", 0),
        (pieces(frame(b"", length=100 * 2**20)), "websocket.garbage", 0),
        (pieces(frame('{"method":"on-error","params":{"code":40004}}'), POLICY), "signalling.server_fault", 40004),
        (pieces(frame('{"id":"1","error":{"code":401,"message":"room not found"}}')), "signalling.server_fault", 40001),
        (pieces(frame('{"method":"on-error","params":{"code":500}}')), "signalling.server_fault", 0),
        (pieces(frame(policy("admin"))), "signalling.role_unknown", 0),
    ],
)
async def test_each_failure_has_its_cause(handler: Handler, cause: str, word: int) -> None:
    [finding] = await findings_of(handler)
    assert isinstance(finding, Failed)
    assert (finding.cause.id, finding.word) == (cause, word)


@pytest.mark.parametrize(
    ("handler", "cause"),
    [
        (mute, "websocket.silent"),
        (pieces(), "websocket.no_policy"),
        (pieces(frame('{"method":"room-state"}')), "websocket.no_policy"),
        (pieces(frame("[" * 100_000), frame(b"\x00", 2), frame("{}")), "websocket.garbage"),
        (pieces(frame('{"method":"on-policy-change","params":{}}')), "websocket.garbage"),
    ],
)
async def test_each_silence_has_its_cause(handler: Handler, cause: str) -> None:
    [finding] = await findings_of(handler, BRIEF)
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause


LARGE = 400  # bytes; a plain HEAD has half of it, an upgrade with a token twice that


async def small_alone(reader: Reader, writer: Writer) -> None:
    """Answer as a server does whose larger packets vanish on the way to it."""
    if len(await read_head(reader)) < LARGE:
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    await reader.read()


async def test_a_way_on_which_large_packets_vanish() -> None:
    async with serving(small_alone) as port:
        last = (await look(signalling_at(port), BRIEF))[-1]
    [finding] = last.findings
    assert isinstance(finding, Failed)
    assert finding.cause.id == "websocket.large_packets"
    assert "small requests are answered, and none that fills a packet" in finding.summary
    assert "MTU" in finding.cause.action
    assert not last.worth_repeating, "two probes agree"


async def small_and_the_upgrade(reader: Reader, writer: Writer) -> None:
    """Take the upgrade too; then the policy is what is lost."""
    head = await read_head(reader)
    if "Sec-WebSocket-Key" in head:
        writer.write(upgraded(head))
    elif len(head) < LARGE:
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    await reader.read()


async def test_a_way_on_which_the_policy_is_lost() -> None:
    async with serving(small_and_the_upgrade) as port:
        last = (await look(signalling_at(port), 4.0))[-1]
    [finding] = last.findings
    assert isinstance(finding, Failed)
    assert finding.cause.id == "websocket.large_packets.policy"
    assert "the policy too: only small requests are answered" in finding.summary
    assert not last.worth_repeating, "two probes agree"
    assert not finding.cause.platform_codes, "the browser saw it open"


@pytest.mark.parametrize("handler", [mute, pieces()])
async def test_cut_off_by_our_own_deadline_is_undecided(handler: Handler) -> None:
    [finding] = await findings_of(handler, HURRIED)
    assert isinstance(finding, Undecided)


async def test_a_role_other_than_the_tokens_is_a_warning() -> None:
    warned, passed = await findings_of(pieces(frame(policy("guest"))), claimed="host")
    assert isinstance(warned, Warned)
    assert warned.cause.id == "role.differs"
    assert "host" in warned.summary
    assert "guest" in warned.summary
    assert isinstance(passed, Passed)


@pytest.mark.parametrize("claims", [{}, {"role": 7}])
async def test_a_token_without_a_readable_role_compares_nothing(claims: dict[str, int]) -> None:
    token = WellFormedToken(text=TOKEN, header={}, claims=claims)
    async with serving(pieces(POLICY)) as port, a_context() as ctx:
        snapshots = [s async for s in CHECK.examine(ctx, Facts([signalling_at(port), token]))]
    assert [type(f) for f in snapshots[-1].findings] == [Passed]


async def test_without_a_token_fact_nothing_is_compared() -> None:
    async with serving(pieces(POLICY)) as port, a_context() as ctx:
        snapshots = [s async for s in CHECK.examine(ctx, Facts([signalling_at(port)]))]
    assert [type(f) for f in snapshots[-1].findings] == [Passed]


async def test_a_closed_port_is_worth_a_second_try_and_a_bad_url_is_not() -> None:
    async with serving(mute) as port:
        pass
    refused = (await look(signalling_at(port)))[-1]
    bad = (await look(SignallingUrl(url="https://x", peer_id="p", token=TOKEN)))[-1]
    assert [f.cause.id for s in (refused, bad) for f in s.findings if isinstance(f, Failed)] == [
        "websocket.refused",
        "websocket.bad_url",
    ]
    assert (refused.worth_repeating, bad.worth_repeating) == (True, False)


async def test_a_disabled_account_fails_at_its_name() -> None:
    server = SignallingUrl(url="wss://account-disabled-us.invalid/v2/ws", peer_id="p", token=TOKEN)
    [finding] = (await look(server))[-1].findings
    assert isinstance(finding, Failed)
    assert finding.cause.id == "websocket.unresolved"


async def test_a_proxy_between_is_named_and_doing_without_is_tried() -> None:
    async with serving(mute) as port:
        pass
    proxied = Settings(proxy=FixedProxy(url=Secret(f"http://user:hunter2@127.0.0.1:{port}")))
    server = SignallingUrl(url="wss://signalling.invalid/v2/ws", peer_id="p", token=TOKEN)
    snapshot = (await look(server, settings=proxied))[-1]
    [finding] = snapshot.findings
    assert isinstance(finding, Failed)
    assert finding.cause.id == "websocket.proxy"
    assert finding.evidence["proxy"] == f"127.0.0.1:{port}"
    assert [vantage.proxy for vantage in snapshot.experiments] == [ProxyUse.DIRECT]
    assert "hunter2" not in repr(snapshot)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(Path(tmp_path_factory.mktemp("tls")))


async def test_over_tls_with_the_library_as_server(certificates: Certificates) -> None:
    from websockets.asyncio.server import ServerConnection, serve

    async def handler(connection: ServerConnection) -> None:
        await connection.send(policy("guest"))
        async for message in connection:
            await connection.send(message)

    async with serve(handler, "127.0.0.1", 0, ssl=certificates.server) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        snapshots = await look(signalling_at(port, scheme="wss"), settings=certificates.trusted(), claimed="guest")
    [passed] = snapshots[-1].findings
    assert isinstance(passed, Passed)
    assert "tls_ms" in snapshots[-1].measurements


async def test_an_untrusted_certificate_is_a_tls_failure(certificates: Certificates) -> None:
    async with serving(pieces(POLICY), certificates.server) as port:
        [finding] = (await look(signalling_at(port, scheme="wss")))[-1].findings
    assert isinstance(finding, Failed)
    assert finding.cause.id == "websocket.tls"


NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} ssl; ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.pem;
    location /stripped {{ proxy_pass http://127.0.0.1:{backend}; proxy_http_version 1.1; }}
    location /whole {{
      proxy_pass http://127.0.0.1:{backend}; proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";
    }}
  }}
}}
"""


def a_free_port() -> int:
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@asynccontextmanager
async def nginx_before(backend: int, certificates: Certificates, folder: Path) -> AsyncIterator[int]:
    """Run a real nginx before the backend and give its port once it accepts connections."""
    port = a_free_port()
    shutil.copy(Path(certificates.ca_file).parent / "server.pem", folder)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, backend=backend))
    program = shutil.which("nginx") or ""
    process = await asyncio.create_subprocess_exec(program, "-p", str(folder), "-c", str(folder / "nginx.conf"))
    try:
        async with asyncio.timeout(10):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.02)
                    continue
                writer.close()
                await writer.wait_closed()
                break
        yield port
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
async def test_a_real_proxy_that_strips_the_upgrade_is_named(certificates: Certificates, tmp_path: Path) -> None:
    from websockets.asyncio.server import ServerConnection, serve

    async def handler(connection: ServerConnection) -> None:
        await connection.send(policy())
        await connection.wait_closed()

    async with serve(handler, "127.0.0.1", 0) as server:
        backend = next(iter(server.sockets)).getsockname()[1]
        async with nginx_before(backend, certificates, tmp_path) as port:
            trusted = certificates.trusted()
            stripped = await look(signalling_at(port, scheme="wss", path="/stripped"), settings=trusted)
            whole = await look(signalling_at(port, scheme="wss", path="/whole"), settings=trusted)
    [finding] = stripped[-1].findings
    assert isinstance(finding, Failed)
    assert finding.cause.id == "websocket.upgrade.stripped"
    assert "nginx" in finding.summary
    assert isinstance(whole[-1].findings[0], Passed)


def test_the_check_says_what_it_needs_and_gives() -> None:
    assert CHECK.id == "signalling.connect"
    assert CHECK.needs == (SignallingUrl,)
    assert {1003, 40108, 40109, 41001} <= CHECK.codes
