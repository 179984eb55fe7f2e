"""Lost sizes are told from servers that are silent, gone, or simply fine."""

from time import monotonic

import pytest
from net_lab import answer, closed_port, mute, saying
from ws_servers import PATIENT, Handler, Reader, Writer, a_context, read_head, serving

from hms_doctor.model.settings import NoProxy, Settings
from hms_doctor.wire.connection.dial import Target
from hms_doctor.wire.connection.packet_size import FILLS_PACKETS, PATIENCE, large_packets_vanish

DIRECT = Settings(proxy=NoProxy())


async def small_alone(reader: Reader, writer: Writer) -> None:
    if len(await read_head(reader)) < FILLS_PACKETS:
        writer.write(answer("404 Not Found"))
    await reader.read()


async def hanging_up_on_length(reader: Reader, writer: Writer) -> None:
    if len(await read_head(reader)) < FILLS_PACKETS:
        writer.write(answer("404 Not Found"))
    writer.close()


async def large_alone(reader: Reader, writer: Writer) -> None:
    if len(await read_head(reader)) > FILLS_PACKETS:
        writer.write(answer("431 Request Header Fields Too Large"))
    await reader.read()


@pytest.mark.parametrize(
    ("handler", "vanish"),
    [
        (small_alone, True),
        (large_alone, False),
        (hanging_up_on_length, False),
        (mute, False),
        (saying(answer("400 Bad Request")), False),
    ],
)
async def test_only_a_small_answer_alone_speaks_of_size(handler: Handler, vanish: bool) -> None:
    began = monotonic()
    async with serving(handler) as port, a_context(PATIENT, DIRECT) as ctx:
        assert await large_packets_vanish(ctx, Target(host="127.0.0.1", port=port, protocol="ws")) is vanish
    assert monotonic() - began < PATIENCE + 1


async def test_who_is_not_there_says_nothing_of_size() -> None:
    with closed_port() as port:
        async with a_context(PATIENT, DIRECT) as ctx:
            assert not await large_packets_vanish(ctx, Target(host="127.0.0.1", port=port, protocol="ws"))
