"""Frames out of a stream, however it is cut, and what is no TURN at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.wire.stun.framing import ChannelData, Deframer, NeedMore, NotStun, as_channel_data, channel_data
from hms_doctor.wire.stun.message import Class, Message, Method, encode

MESSAGE = encode(Message(method=Method.BINDING, kind=Class.SUCCESS, transaction=bytes(12)))


def frames(deframer: Deframer) -> list[bytes]:
    found = []
    while isinstance(frame := deframer.next(), bytes):
        found.append(frame)
    return found


@given(st.lists(st.integers(1, 9)), st.lists(st.sampled_from([MESSAGE, channel_data(b"abc"), channel_data(b"")])))
def test_every_cut_gives_the_same_frames(cuts: list[int], sent: list[bytes]) -> None:
    stream, deframer, seen = b"".join(sent), Deframer(), []
    for cut in [*cuts, len(stream)]:
        deframer.feed(stream[:cut])
        stream = stream[cut:]
        seen += frames(deframer)
    assert seen == sent
    assert deframer.next() == NeedMore()


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_any_stream_is_read_without_raising(chunks: list[bytes]) -> None:
    deframer = Deframer()
    for chunk in chunks:
        deframer.feed(chunk)
        frames(deframer)


@pytest.mark.parametrize(
    ("greeting", "why"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", 'it says "HTTP/1.1 400 Bad Request"'),
        (b"SSH-2.0-OpenSSH_9.2\r\n", 'it says "SSH-2.0-OpenSSH_9.2"'),
        (b"\x15\x03\x01\x00\x02\x02\x28\x00", "it sends no STUN messages"),
        (b"\x00\x01\x00\x00\x00\x00\x00\x00", "it sends no STUN messages"),
        (b"\x40\x03\x00\x00\x00\x00\x00\x00", "it sends no STUN messages"),
        (b"\r\n\r\n\r\n\r\n", "it sends no STUN messages"),
        (b"\x1b[2J\x1b[31mred", "it sends no STUN messages"),
    ],
)
def test_what_speaks_something_else_is_quoted(greeting: bytes, why: str) -> None:
    deframer = Deframer()
    deframer.feed(greeting)
    assert deframer.next() == NotStun(why=why)
    assert deframer.next() == NotStun(why=why)


def test_a_long_greeting_is_cut() -> None:
    deframer = Deframer()
    deframer.feed(b"220 " + b"x" * 5000)
    told = deframer.next()
    assert isinstance(told, NotStun)
    assert len(told.why) < 100


def test_channel_data_comes_back() -> None:
    assert as_channel_data(channel_data(b"hello")) == ChannelData(payload=b"hello")


@pytest.mark.parametrize("frame", [b"", b"\x40\x00", b"\x40\x00\x00\x05abc", b"\x40\x01\x00\x00", MESSAGE])
def test_what_is_no_data_of_our_channel(frame: bytes) -> None:
    assert isinstance(as_channel_data(frame), NotStun)
