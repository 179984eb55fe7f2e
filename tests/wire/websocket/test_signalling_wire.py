import asyncio
import json
import logging
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

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
    read_frame,
    read_head,
    serving,
    signalling_at,
    until_closed,
)

from hms_doctor.model.failure import Kind, Operation
from hms_doctor.model.network.server import RolePolicy, SignallingUrl
from hms_doctor.model.signalling.messages import Garbage, ServerFault
from hms_doctor.model.signalling.websocket import (
    BadUrl,
    Broken,
    Closed,
    HandshakeSilent,
    Lost,
    NotDialled,
    NotOpened,
    Quiet,
    UpgradeRefused,
)
from hms_doctor.wire.http.user_agent import user_agent_v2
from hms_doctor.wire.websocket.signalling import (
    MOST_MESSAGES,
    Conversation,
    NoPolicy,
    await_policy,
    converse,
    url_to_open,
)
from hms_doctor.wire.websocket.upgrade import WebsocketUrl

Settled = RolePolicy | ServerFault | Closed | Broken | Lost | NoPolicy | NotOpened


def saying(*frames: bytes) -> Handler:
    """Upgrade, send these frames, then answer pings until the client closes."""

    async def handler(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer)
        writer.write(b"".join(frames))
        await until_closed(reader, writer)

    return handler


async def settle(handler: Handler, seconds: float = 8.0) -> Settled:
    async with serving(handler) as port, a_context(seconds) as ctx:
        opened = await converse(ctx, signalling_at(port))
        if isinstance(opened, NotOpened):
            return opened
        await ctx.keep(opened)
        return await await_policy(ctx, opened)


def test_the_url_is_the_one_that_the_sdk_builds() -> None:
    url = url_to_open(SignallingUrl(url="wss://prod-in2.100ms.live/v2/ws?x=1", peer_id="p-1", token=TOKEN))
    assert isinstance(url, WebsocketUrl)
    asked = parse_qs(urlsplit("?" + url.query.reveal()).query)
    assert list(asked) == ["x", "peer", "token", "user_agent_v2", "protocol_version", "protocol_spec"]
    assert asked["peer"] == ["p-1"]
    assert asked["token"] == [TOKEN.reveal()]
    assert asked["user_agent_v2"] == [user_agent_v2()]
    assert asked["protocol_version"] + asked["protocol_spec"] == ["2.5", "20250115"]
    assert TOKEN.reveal() not in repr(url)


async def test_the_policy_is_found_among_other_messages() -> None:
    noise = [frame("not json"), frame(b"\x00", 2), frame('{"method":"room-state","params":{}}'), frame('{"id":"x"}')]
    found = await settle(saying(*noise, frame(policy())))
    assert isinstance(found, RolePolicy)
    assert found.role == "host"


async def test_no_policy_tells_what_came_instead() -> None:
    found = await settle(saying(frame('{"method":"room-state"}'), frame("["), frame(b"\x00", 2)), BRIEF)
    assert isinstance(found, NoPolicy)
    assert found.methods == ("room-state",)
    assert len(found.garbage) == 2
    assert found.waited >= 1.0


async def test_a_server_fault_settles_it() -> None:
    fault = await settle(saying(frame('{"method":"on-error","params":{"code":41001,"message":"gone"}}')))
    assert fault == ServerFault(code=41001, text="gone", via="on-error")


async def test_a_close_settles_it() -> None:
    assert await settle(saying(frame(b"\x03\xf3", 8))) == Closed(code=1011, reason="")


async def test_a_flood_without_a_policy_is_given_up() -> None:
    found = await settle(saying(frame('{"method":"sfu-stats"}') * (MOST_MESSAGES + 5)), 60.0)
    assert isinstance(found, NoPolicy)
    assert len(found.methods) == MOST_MESSAGES


async def test_what_does_not_open_is_told_with_its_steps() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
        await reader.read()

    refused = await settle(handler)
    assert isinstance(refused, NotOpened)
    assert refused.outcome == UpgradeRefused(status=503, reason="Busy", headers={"content-length": "0"})
    assert {"connect_ms", "upgrade_ms"} <= set(refused.steps)


async def test_a_closed_port_and_a_bad_url() -> None:
    async with serving(saying()) as port:
        pass
    async with a_context() as ctx:
        refused = await converse(ctx, signalling_at(port))
        bad = await converse(ctx, SignallingUrl(url="https://x/", peer_id="p", token=TOKEN))
    assert isinstance(refused, NotOpened)
    assert isinstance(refused.outcome, NotDialled)
    assert refused.outcome.failure.kind is Kind.REFUSED
    assert isinstance(bad, NotOpened)
    assert isinstance(bad.outcome, BadUrl)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(Path(tmp_path_factory.mktemp("tls")))


async def test_over_tls_every_step_is_timed(certificates: Certificates) -> None:
    async with (
        serving(saying(frame(policy())), certificates.server) as port,
        a_context(settings=certificates.trusted()) as ctx,
    ):
        opened = await converse(ctx, signalling_at(port, scheme="wss"))
        assert isinstance(opened, Conversation)
        await ctx.keep(opened)
        assert isinstance(await await_policy(ctx, opened), RolePolicy)
        assert {"connect_ms", "tls_ms", "upgrade_ms"} <= set(opened.steps)


async def test_an_untrusted_certificate_is_told_as_tls(certificates: Certificates) -> None:
    async with (
        serving(saying(), certificates.server) as port,
        a_context(settings=certificates.untrusted()) as ctx,
    ):
        untrusted = await converse(ctx, signalling_at(port, scheme="wss"))
    assert isinstance(untrusted, NotOpened)
    assert isinstance(untrusted.outcome, NotDialled)
    assert untrusted.outcome.failure.operation is Operation.TLS


async def test_a_ping_is_the_sdks_and_its_answer_is_timed() -> None:
    pings: list[dict[str, object]] = []

    async def handler(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer)
        _, payload = await read_frame(reader)
        pings.append(json.loads(payload))
        writer.write(frame(json.dumps({"id": pings[0]["id"], "result": {}})))
        await until_closed(reader, writer)

    async with serving(handler) as port, a_context() as ctx:
        opened = await converse(ctx, signalling_at(port))
        assert isinstance(opened, Conversation)
        await ctx.keep(opened)
        await opened.ping(1.0)
        before = opened.answered
        assert isinstance(await opened.listen(2.0, for_pong=True), Quiet)
        assert (before, opened.answered) == (False, True)
        assert len(opened.round_trips) == 1
    [ping] = pings
    assert list(ping) == ["method", "params", "id", "jsonrpc"]
    assert ping["method"] == "ping"
    assert ping["jsonrpc"] == "2.0"


async def test_any_message_counts_as_an_answer_but_is_no_round_trip() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer)
        await read_frame(reader)
        writer.write(frame(b"\x00", 2))
        await until_closed(reader, writer, pongs=False)

    async with serving(handler) as port, a_context() as ctx:
        opened = await converse(ctx, signalling_at(port))
        assert isinstance(opened, Conversation)
        await ctx.keep(opened)
        await opened.ping(1.0)
        assert isinstance(await opened.listen(0.2, for_pong=True), Quiet)
        assert opened.answered
        assert opened.round_trips == []


async def test_listening_ends_with_a_fault_or_an_end() -> None:
    fault = frame('{"method":"on-error","params":{"code":40004,"message":"twice"}}')
    async with serving(saying(frame('{"method":"x"}'), fault, frame(b"\x03\xe8", 8))) as port, a_context() as ctx:
        opened = await converse(ctx, signalling_at(port))
        assert isinstance(opened, Conversation)
        async with opened:
            assert isinstance(await opened.listen(2.0, for_pong=False), ServerFault)
            assert await opened.listen(2.0, for_pong=False) == Closed(code=1000)
            assert opened.is_over
            assert not isinstance(await opened.hear(0.1), Garbage)


async def test_being_cancelled_in_the_upgrade_leaves_no_connection_open() -> None:
    reached, ended = asyncio.Event(), asyncio.Event()

    async def handler(reader: Reader, _writer: Writer) -> None:
        await read_head(reader)
        reached.set()
        await reader.read()
        ended.set()

    async with serving(handler) as port, a_context() as ctx:
        task = asyncio.create_task(converse(ctx, signalling_at(port)))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(2):
            await ended.wait()


async def test_our_own_deadline_is_no_silence_of_the_server() -> None:
    async def handler(reader: Reader, _writer: Writer) -> None:
        await reader.read()

    async with serving(handler) as port, a_context(HURRIED) as ctx:
        hurried = await converse(ctx, signalling_at(port))
    assert isinstance(hurried, NotOpened)
    assert isinstance(hurried.outcome, HandshakeSilent)
    assert hurried.outcome.failure.kind is Kind.CUT_OFF


async def test_no_log_record_shows_the_token(certificates: Certificates, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with (
            serving(saying(frame(policy())), certificates.server) as port,
            a_context(settings=certificates.trusted()) as ctx,
        ):
            opened = await converse(ctx, signalling_at(port, scheme="wss"))
            assert isinstance(opened, Conversation)
            async with opened:
                await await_policy(ctx, opened)
                await opened.ping(1.0)
    shown = caplog.text + repr(opened) + repr(vars(opened))
    assert not any(part in shown for part in TOKEN.reveal().split("."))
