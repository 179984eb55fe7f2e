import asyncio
import json

import pytest
from ws_servers import (
    BRIEF,
    Handler,
    Reader,
    Writer,
    a_context,
    accept,
    frame,
    policy,
    read_frame,
    serving,
    signalling_at,
    until_closed,
)

from hms_doctor.checks.signalling_hold import CHECK, Alive, Mute, NotReopened, Observation, Over, Refused, diagnose
from hms_doctor.model.causes import Platform
from hms_doctor.model.check import Context, Facts, Snapshot
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Passed, Undecided, code_of
from hms_doctor.model.network.server import RolePolicy
from hms_doctor.model.settings import NoProxy, Settings
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.signalling.websocket import BadUrl, Broken, Closed, Lost, NotOpened
from hms_doctor.wire.websocket.signalling import Conversation, LiveSignalling, await_policy, converse

BROKEN_OFF = Lost(failure=Failure(operation=Operation.HOLD, kind=Kind.RESET))


async def live_at(ctx: Context, port: int) -> LiveSignalling:
    """Open a conversation as far as ``signalling.connect`` hands it on."""
    conversation = await converse(ctx, signalling_at(port))
    assert isinstance(conversation, Conversation)
    await ctx.keep(conversation)
    await conversation.ping(1.0)
    assert isinstance(await await_policy(ctx, conversation), RolePolicy)
    return LiveSignalling(server=signalling_at(port), conversation=conversation)


async def look(ctx: Context, live: LiveSignalling) -> list[Snapshot]:
    return [snapshot async for snapshot in CHECK.examine(ctx, Facts([live]))]


async def held(handler: Handler, seconds: float = 8.0, hold: float = 0.0) -> list[Snapshot]:
    settings = Settings(proxy=NoProxy(), hold=hold)
    async with serving(handler) as port, a_context(seconds, settings) as ctx:
        return await look(ctx, await live_at(ctx, port))


async def healthy(reader: Reader, writer: Writer) -> None:
    await accept(reader, writer, frame(policy()))
    await until_closed(reader, writer)


async def talkative(reader: Reader, writer: Writer) -> None:
    """Never answer a ping, but talk."""
    await accept(reader, writer, frame(policy()))
    while True:
        opcode, _ = await read_frame(reader)
        writer.write(frame('{"method":"sfu-stats"}') if opcode == 1 else frame(b"\x03\xe8", 8))


async def mute(reader: Reader, writer: Writer) -> None:
    """Send the policy, which to the SDK is a pong, and be silent for ever."""
    await accept(reader, writer, frame(policy()))
    await until_closed(reader, writer, pongs=False)


def ending(last: bytes) -> Handler:
    async def handler(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer, frame(policy()))
        await read_frame(reader)
        writer.write(last)
        await writer.drain()
        writer.write_eof()
        await reader.read()

    return handler


async def test_a_short_hold_times_the_pong() -> None:
    snapshots = await held(healthy)
    [passed] = snapshots[-1].findings
    assert isinstance(passed, Passed)
    assert passed.summary.startswith("a ping is answered in ")
    assert passed.evidence["pings_answered"] in {1, 2}
    assert snapshots[0].measurements["rtt_ms"] < 1000


async def test_a_longer_hold_says_how_long() -> None:
    [passed] = (await held(healthy, hold=1.0))[-1].findings
    assert isinstance(passed, Passed)
    assert passed.summary.startswith("open for 1 s, ")
    assert passed.evidence["wanted_s"] == 1.0


async def test_a_server_that_hangs_up_behind_the_pong_is_seen() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer, frame(policy()))
        _, ping = await read_frame(reader)
        writer.write(frame(json.dumps({"id": json.loads(ping)["id"], "result": {}})))
        await asyncio.sleep(0.05)
        writer.transport.abort()

    [finding] = (await held(handler))[-1].findings
    assert isinstance(finding, Failed)
    assert finding.cause.id == "websocket.lost"


async def test_a_deep_look_holds_no_longer_than_the_run_lasts() -> None:
    settings = Settings(proxy=NoProxy(), deep=True)
    async with serving(healthy) as port, a_context(2.5, settings) as ctx:
        snapshots = await look(ctx, await live_at(ctx, port))
    [passed] = snapshots[-1].findings
    assert isinstance(passed, Passed)
    assert passed.evidence["wanted_s"] == 15.0
    assert isinstance(passed.evidence["held_s"], float)


async def test_to_the_sdk_every_message_is_a_pong() -> None:
    [passed] = (await held(talkative, BRIEF))[-1].findings
    assert isinstance(passed, Passed)
    assert "does not answer pings" in passed.summary


@pytest.mark.parametrize(
    ("handler", "cause"),
    [
        (ending(b""), "websocket.lost"),
        (ending(frame(b"\x03\xf3", 8)), "websocket.lost"),
        (ending(frame("", 3)), "websocket.garbage"),
        (ending(frame('{"method":"on-error","params":{"code":41001}}')), "signalling.server_fault"),
    ],
)
async def test_each_end_has_its_cause(handler: Handler, cause: str) -> None:
    [finding] = (await held(handler))[-1].findings
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause


async def test_a_polite_close_of_an_idle_connection_is_no_failure() -> None:
    [passed] = (await held(ending(frame(b"\x03\xe8", 8))))[-1].findings
    assert isinstance(passed, Passed)


async def test_a_second_look_opens_a_connection_of_its_own() -> None:
    visits = 0

    async def worse_first(reader: Reader, writer: Writer) -> None:
        nonlocal visits
        visits += 1
        await (ending(b"") if visits == 1 else healthy)(reader, writer)

    async with serving(worse_first) as port, a_context() as ctx:
        live = await live_at(ctx, port)
        first, second = await look(ctx, live), await look(ctx, live)
    assert isinstance(first[-1].findings[0], Failed)
    assert first[-1].worth_repeating
    assert isinstance(second[-1].findings[0], Passed)
    assert visits == 2


async def test_what_was_under_way_before_the_ping_is_no_pong() -> None:
    async def late(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer, frame(policy()))
        await read_frame(reader)
        writer.write(frame('{"method":"room-state","params":{}}'))
        await until_closed(reader, writer, pongs=False)

    [finding] = (await held(late, 2 * BRIEF))[-1].findings
    assert isinstance(finding, Failed)
    assert finding.cause.id == "websocket.no_pong"


async def test_what_cannot_be_opened_again_is_lost() -> None:
    async with a_context() as ctx:
        async with serving(ending(b"")) as port:
            live = await live_at(ctx, port)
            await look(ctx, live)
        [finding] = (await look(ctx, live))[-1].findings
    assert isinstance(finding, Failed)
    assert finding.cause.id == "websocket.lost"
    assert "could not be opened again" in finding.summary


async def test_silence_after_a_ping_is_no_pong() -> None:
    async with serving(mute) as port, a_context(2 * BRIEF) as ctx:
        live = await live_at(ctx, port)
        snapshots = await look(ctx, live)
        assert live.conversation.is_over
    [finding] = snapshots[-1].findings
    assert isinstance(finding, Failed)
    assert finding.cause.id == "websocket.no_pong"


async def test_the_second_connection_is_closed_at_the_end_of_the_run() -> None:
    told: asyncio.Queue[int] = asyncio.Queue()

    async def handler(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer, frame(policy()))
        told.put_nowait(await until_closed(reader, writer))

    async with serving(handler) as port:
        async with a_context() as ctx:
            live = await live_at(ctx, port)
            await live.conversation.aclose()
            await look(ctx, live)
        async with asyncio.timeout(2):
            assert [await told.get(), await told.get()] == [1000, 1000]


@pytest.mark.parametrize(
    ("observation", "verdict", "code"),
    [
        (Alive(seconds=0.1, round_trips=(42.0,), wanted=0.0), Passed, 0),
        (Alive(seconds=15.0, round_trips=(40.0, 44.0), wanted=15.0), Passed, 0),
        (Alive(seconds=3.0, round_trips=(), wanted=0.0), Passed, 0),
        (Mute(waited=3.0), Failed, 1003),
        (Mute(waited=0.3), Undecided, 0),
        (Over(seconds=1.0, ending=Closed(code=1001)), Passed, 0),
        (Over(seconds=1.0, ending=Closed(code=1005)), Passed, 0),
        (Over(seconds=1.0, ending=Closed(code=4401)), Failed, 1003),
        (Over(seconds=1.0, ending=BROKEN_OFF), Failed, 1003),
        (Over(seconds=1.0, ending=Broken(code=1009)), Failed, 1003),
        (Refused(host="h", fault=ServerFault(code=41001, text="gone", via="on-error")), Failed, 41001),
        (NotReopened(host="h", not_opened=NotOpened(outcome=BadUrl(why="x"))), Failed, 1003),
    ],
)
def test_how_the_connection_lived_is_judged(observation: Observation, verdict: type, code: int) -> None:
    [finding] = diagnose(observation)
    assert isinstance(finding, verdict)
    assert code_of(finding, Platform.ANY) == code
    assert code in CHECK.codes | {0}


def test_a_long_hold_says_so() -> None:
    [passed] = diagnose(Alive(seconds=15.0, round_trips=(40.0, 44.0, 99.0), wanted=15.0))
    assert passed.summary == "open for 15 s, a ping is answered in 44 ms"
