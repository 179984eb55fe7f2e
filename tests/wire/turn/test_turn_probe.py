"""One TURN path against servers on loopback that answer oddly, late, wrongly or not at all."""

import asyncio
import time
from collections.abc import Iterable

import pytest
from ice_helpers import (
    Answer,
    Serve,
    challenge,
    closed_tcp_port,
    closed_udp_port,
    context,
    error,
    final_rows,
    granted,
    is_delete,
    is_signed,
    listed,
    message_in,
    relayed,
    reply,
    tcp_server,
    udp_server,
)

from hms_doctor.model.failure import Kind
from hms_doctor.model.ice.relay_words import stage_of
from hms_doctor.model.ice.relays import Allocated, NotAUrl, Proven, Refused, RelayOutcome, RelayRow, Stage, Unreached
from hms_doctor.wire.stun.message import Attribute, Class, Message, Method, encode
from hms_doctor.wire.turn.relay import FAREWELL
from hms_doctor.wire.turn.sweep import sweep

BRIEF = 2.3
"""Seconds of a run in which one silence is long enough to be told, and no second fits."""


async def ask_udp(port: int, *, username: str = "hms", seconds: float = 20.0) -> RelayRow:
    async with context(seconds=seconds) as ctx:
        [row] = await final_rows(ctx, listed(f"turn:127.0.0.1:{port}", username=username))
        return row


async def ask_tcp(port: int, *, seconds: float = 20.0) -> RelayRow:
    async with context(seconds=seconds) as ctx:
        [row] = await final_rows(ctx, listed(f"turn:127.0.0.1:{port}?transport=tcp"))
        return row


def refusing(code: int, reason: str) -> Answer:
    def answer(data: bytes) -> Iterable[bytes]:
        yield reply(data, Class.ERROR, error(code, reason)) if is_signed(data) else challenge(data)

    return answer


def lending(data: bytes) -> Iterable[bytes]:
    """Grant a relay and a channel, and lose every packet for a peer."""
    if data[0] >> 6 == 0:
        yield granted(data, relayed(data)) if is_signed(data) else challenge(data)


def kind_of(outcome: RelayOutcome) -> Kind:
    assert isinstance(outcome, Unreached), outcome
    return outcome.failure.kind


async def test_a_closed_udp_port_is_told_at_once() -> None:
    began = time.monotonic()
    row = await ask_udp(closed_udp_port())
    assert time.monotonic() - began < 1.0
    assert (stage_of(row.outcome), kind_of(row.outcome), row.attempts) == (Stage.REACH, Kind.REFUSED, 2)


async def test_silence_is_told_once_it_lasted() -> None:
    async with udp_server(lambda _data: ()) as server:
        row = await ask_udp(server.port, seconds=BRIEF)
    assert kind_of(row.outcome) is Kind.SILENT
    assert len({message_in(data).transaction for data in server.messages[:3]}) == 1, "one request, sent again"
    assert len(server.messages) >= 3


async def test_a_deadline_before_silence_can_be_told_is_ours() -> None:
    async with udp_server(lambda _data: ()) as server:
        row = await ask_udp(server.port, seconds=0.5)
    assert kind_of(row.outcome) is Kind.CUT_OFF
    assert row.attempts == 1


async def test_a_lost_datagram_is_sent_again() -> None:
    heard: list[bytes] = []

    def answer(data: bytes) -> Iterable[bytes]:
        heard.append(data)
        if len(heard) > 1:
            yield reply(data, Class.ERROR, error(403, "Forbidden\0\0"))

    async with udp_server(answer) as server:
        row = await ask_udp(server.port)
    assert row.outcome == Refused(stage=Stage.CHALLENGE, code=403, reason="Forbidden")
    assert heard[0] == heard[1]


async def test_a_port_that_echoes_is_no_turn_server() -> None:
    async with udp_server(lambda data: (data,)) as server:
        row = await ask_udp(server.port)
    assert (stage_of(row.outcome), kind_of(row.outcome), row.attempts) == (Stage.CHALLENGE, Kind.MALFORMED, 2)


async def test_garbage_beside_a_true_answer_is_ignored() -> None:
    def answer(data: bytes) -> Iterable[bytes]:
        yield b"garbage"
        yield encode(Message(method=Method.ALLOCATE, kind=Class.SUCCESS, transaction=bytes(12)))
        yield reply(data, Class.ERROR, error(508, "Insufficient Capacity"))

    async with udp_server(answer) as server:
        row = await ask_udp(server.port)
    assert row.outcome == Refused(stage=Stage.CHALLENGE, code=508, reason="Insufficient Capacity")
    assert row.attempts == 2, "a server may have a relay a moment later"


async def test_nothing_but_garbage_is_no_turn_server() -> None:
    async with udp_server(lambda _data: (b"garbage",)) as server:
        row = await ask_udp(server.port, seconds=BRIEF)
    assert kind_of(row.outcome) is Kind.MALFORMED


async def test_an_answer_signed_by_another_is_not_believed() -> None:
    def answer(data: bytes) -> Iterable[bytes]:
        yield reply(data, Class.SUCCESS, relayed(data), key=b"forged") if is_signed(data) else challenge(data)

    async with udp_server(answer) as server:
        row = await ask_udp(server.port, seconds=BRIEF)
    assert isinstance(row.outcome, Unreached)
    assert row.outcome.stage is Stage.ALLOCATE
    assert "another password" in row.outcome.failure.detail


@pytest.mark.parametrize("code", [401, 403, 437, 441, 486])
async def test_a_refusal_is_the_servers_word(code: int) -> None:
    async with udp_server(refusing(code, "No")) as server:
        row = await ask_udp(server.port, seconds=2.0)
    assert row.outcome == Refused(stage=Stage.ALLOCATE, code=code, reason="No")
    assert row.attempts == 1
    assert not any(is_delete(data) for data in server.messages), "nothing was lent"


async def test_no_login_ends_at_the_challenge() -> None:
    async with udp_server(lambda data: (challenge(data),)) as server:
        row = await ask_udp(server.port, username="")
    assert row.outcome == Refused(stage=Stage.CHALLENGE, code=401, reason="Unauthorized")
    assert len(server.messages) == 1


async def test_a_challenge_too_large_to_be_answered_is_malformed() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.read(1000)
        realm = (Attribute.REALM, b"r" * 40_000)
        writer.write(reply(asked, Class.ERROR, error(401), realm, (Attribute.NONCE, b"n" * 25_000)))
        await reader.read()

    async with tcp_server(serve) as port:
        row = await ask_tcp(port, seconds=BRIEF)
    assert (stage_of(row.outcome), kind_of(row.outcome)) == (Stage.CHALLENGE, Kind.MALFORMED)
    assert "65003 bytes" in str(row.outcome)


@pytest.mark.parametrize("username", ["u" * 70_000, "u" * 9_000])
async def test_a_username_too_long_for_a_request_is_told(username: str) -> None:
    async with udp_server(lambda data: (challenge(data),)) as server:
        row = await ask_udp(server.port, username=username)
    assert (stage_of(row.outcome), kind_of(row.outcome)) == (Stage.CHALLENGE, Kind.MALFORMED)
    assert "too many for a request" in str(row.outcome)


async def test_half_a_character_in_a_username_is_sent_as_browsers_send_it() -> None:
    async with udp_server(refusing(401, "No")) as server:
        row = await ask_udp(server.port, username="\ud800:x", seconds=2.0)
    assert row.outcome == Refused(stage=Stage.ALLOCATE, code=401, reason="No")
    assert message_in(server.messages[-1]).value(Attribute.USERNAME) == b"\xef\xbf\xbd:x"


async def test_a_challenge_without_a_nonce_is_a_refusal() -> None:
    async with udp_server(lambda data: (reply(data, Class.ERROR, error(401)),)) as server:
        row = await ask_udp(server.port)
    assert row.outcome == Refused(stage=Stage.CHALLENGE, code=401, reason="")


async def test_an_alternate_server_is_named() -> None:
    def answer(data: bytes) -> Iterable[bytes]:
        yield reply(
            data,
            Class.ERROR,
            error(300, "Try Alternate"),
            (Attribute.ALTERNATE_SERVER, bytes([0, 1, 0x0D, 0x96, 192, 0, 2, 9])),
        )

    async with udp_server(answer) as server:
        row = await ask_udp(server.port)
    assert row.outcome == Refused(
        stage=Stage.CHALLENGE, code=300, reason="Try Alternate: 192.0.2.9 port 3478", elsewhere=(("192.0.2.9", 3478),)
    )


async def test_a_stale_nonce_is_renewed_once() -> None:
    def answer(data: bytes) -> Iterable[bytes]:
        if not is_signed(data):
            yield challenge(data)
        elif message_in(data).value(Attribute.NONCE) == b"n":
            yield challenge(data, b"fresh", 438)
        else:
            yield reply(data, Class.ERROR, error(486, "Allocation Quota Reached"))

    async with udp_server(answer) as server:
        row = await ask_udp(server.port, seconds=2.0)
    assert row.outcome == Refused(stage=Stage.ALLOCATE, code=486, reason="Allocation Quota Reached")
    assert len(server.messages) == 3


async def test_a_nonce_that_is_always_stale_ends_after_two() -> None:
    async with udp_server(lambda data: (challenge(data, b"x", 438 if is_signed(data) else 401),)) as server:
        row = await ask_udp(server.port)
    assert row.outcome == Refused(stage=Stage.ALLOCATE, code=438, reason="Unauthorized")
    assert len(server.messages) == 3


async def test_a_relay_that_carries_nothing_is_allocated_and_given_back() -> None:
    async with udp_server(lending) as server:
        row = await ask_udp(server.port, seconds=4.0)
    assert isinstance(row.outcome, Allocated)
    assert (row.outcome.stage, row.attempts) == (Stage.ECHO, 1)
    assert is_delete(server.messages[-1])
    assert {"challenge_ms", "allocate_ms", "permission_ms"} <= row.steps.keys()


async def test_a_proof_takes_four_round_trips_and_one_to_give_back() -> None:
    def answer(data: bytes) -> Iterable[bytes]:
        yield from lending(data) if data[0] >> 6 == 0 else (data,)

    async with udp_server(answer) as server:
        row = await ask_udp(server.port)
    assert isinstance(row.outcome, Proven)
    asked = [message_in(data).method for data in server.messages if data[0] >> 6 == 0]
    assert asked == [Method.ALLOCATE, Method.ALLOCATE, Method.CHANNEL_BIND, Method.REFRESH]
    assert len(server.messages) == len(asked) + 2 * row.outcome.sent, "a check, and its answer"


async def test_a_relay_that_loses_most_packets_is_proven_by_one() -> None:
    carried: list[bytes] = []

    def answer(data: bytes) -> Iterable[bytes]:
        if data[0] >> 6 == 0:
            yield from lending(data)
        elif not carried:
            carried.append(data)
            yield b"\x40\x00\x00\x03odd"
            yield data
            yield data

    async with udp_server(answer) as server:
        row = await ask_udp(server.port)
    assert isinstance(row.outcome, Proven)
    assert (row.outcome.sent, len(row.outcome.rtts_ms)) == (5, 1)


async def test_a_connection_that_ends_after_the_channel_leaves_the_relay_reachable() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _request in range(3):
            for reply_to in lending(await reader.read(500)):
                writer.write(reply_to)

    async with tcp_server(serve) as port:
        row = await ask_tcp(port)
    assert isinstance(row.outcome, Allocated)
    assert row.outcome.stage in {Stage.PERMISSION, Stage.ECHO}


async def test_silence_at_the_channel_leaves_the_relay_reachable() -> None:
    async with udp_server(
        lambda data: () if data[0] >> 6 or message_in(data).method == Method.CHANNEL_BIND else lending(data)
    ) as server:
        row = await ask_udp(server.port, seconds=3.0)
    assert isinstance(row.outcome, Allocated)
    assert (row.outcome.stage, "no answer" in row.outcome.why) == (Stage.PERMISSION, True)


async def test_a_channel_that_is_forbidden_leaves_the_relay_reachable() -> None:
    def answer(data: bytes) -> Iterable[bytes]:
        if message_in(data).method == Method.CHANNEL_BIND:
            yield reply(data, Class.ERROR, error(403, "Forbidden IP"))
        else:
            yield from lending(data)

    async with udp_server(answer) as server:
        row = await ask_udp(server.port)
    assert row.outcome == Allocated(stage=Stage.PERMISSION, why="403 Forbidden IP")
    assert is_delete(server.messages[-1])


async def test_a_server_without_login_is_used_as_it_is() -> None:
    async with udp_server(lambda data: (reply(data, Class.SUCCESS),)) as server:
        row = await ask_udp(server.port)
    assert isinstance(row.outcome, Unreached)
    assert row.outcome.stage is Stage.ALLOCATE
    assert "XOR_RELAYED_ADDRESS" in row.outcome.failure.detail
    assert is_delete(server.messages[-1])


async def test_silence_after_the_challenge_still_gives_back_what_may_be_held() -> None:
    async with udp_server(lambda data: () if is_signed(data) else (challenge(data),)) as server:
        row = await ask_udp(server.port, seconds=BRIEF)
    assert isinstance(row.outcome, Unreached)
    assert row.outcome.stage is Stage.ALLOCATE
    assert is_delete(server.messages[-1])


async def test_a_cancelled_probe_gives_its_relay_back_in_time() -> None:
    waiting = asyncio.Event()

    def answer(data: bytes) -> Iterable[bytes]:
        if message_in(data).method == Method.CHANNEL_BIND:
            waiting.set()
        else:
            yield from lending(data)

    async def probe(port: int) -> None:
        async with context() as ctx:
            await final_rows(ctx, listed(f"turn:127.0.0.1:{port}"))

    async with udp_server(answer) as server:
        task = asyncio.create_task(probe(server.port))
        await waiting.wait()
        began = time.monotonic()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert time.monotonic() - began < 2 * FAREWELL
        assert task.cancelled()
        assert is_delete(server.messages[-1])


async def test_a_server_that_never_confirms_does_not_hold_up_a_cancelled_probe() -> None:
    waiting = asyncio.Event()

    def answer(data: bytes) -> Iterable[bytes]:
        if message_in(data).method in {Method.CHANNEL_BIND, Method.REFRESH}:
            waiting.set()
        else:
            yield from lending(data)

    async with udp_server(answer) as server:
        async with context() as ctx:
            rows = sweep(ctx, listed(f"turn:127.0.0.1:{server.port}"), 0.0)
            await anext(rows)
            await waiting.wait()
            began = time.monotonic()
            await rows.aclose()
        assert time.monotonic() - began < 2 * FAREWELL
        assert is_delete(server.messages[-1])


async def test_a_closed_tcp_port() -> None:
    row = await ask_tcp(closed_tcp_port())
    assert isinstance(row.outcome, Unreached)
    assert (row.outcome.stage, row.outcome.failure.kind) == (Stage.REACH, Kind.REFUSED)


async def _http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await writer.drain()
    await reader.read()


async def _eof(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read(100)


async def _banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 smtp.example.org ESMTP\r\n")
    await reader.read()


@pytest.mark.parametrize(
    ("serve", "kind", "detail"),
    [(_http, Kind.MALFORMED, "HTTP/1.1 400"), (_eof, Kind.CLOSED, ""), (_banner, Kind.MALFORMED, "220 smtp")],
)
async def test_tcp_servers_that_speak_something_else(serve: Serve, kind: Kind, detail: str) -> None:
    async with tcp_server(serve) as port:
        row = await ask_tcp(port)
    assert isinstance(row.outcome, Unreached)
    assert (row.outcome.stage, row.outcome.failure.kind) == (Stage.CHALLENGE, kind)
    assert detail in row.outcome.failure.detail


async def test_tcp_answers_may_come_byte_by_byte() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.read(200)
        for byte in reply(request, Class.ERROR, error(403, "Forbidden")):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        await reader.read()

    async with tcp_server(serve) as port:
        row = await ask_tcp(port)
    assert row.outcome == Refused(stage=Stage.CHALLENGE, code=403, reason="Forbidden")


async def test_a_tcp_connection_that_is_cut_in_the_middle() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.read(200)
        writer.write(challenge(request))
        await reader.read(200)

    async with tcp_server(serve) as port:
        row = await ask_tcp(port)
    assert isinstance(row.outcome, Unreached)
    assert row.outcome.stage is Stage.ALLOCATE
    assert row.outcome.failure.kind in {Kind.CLOSED, Kind.RESET}
    assert row.attempts == 2


@pytest.mark.parametrize("text", ["turn://host", "turn:host:0", "nonsense", "http://host/"])
async def test_a_text_that_is_no_url_is_a_row(text: str) -> None:
    async with context() as ctx:
        [row] = await final_rows(ctx, listed(text))
    assert isinstance(row.outcome, NotAUrl)
    assert row.path.url == text


async def test_stun_urls_are_no_relays() -> None:
    async with context() as ctx:
        assert [rows async for rows in sweep(ctx, listed("stun:127.0.0.1", "stun://x"), 0.0)] == []
