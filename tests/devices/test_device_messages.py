"""The lines between the doctor and a device child."""

import pytest

from hms_doctor.devices.hearing import Hearing
from hms_doctor.devices.request import Done, Request, Stage, Told, asked, heard, question_in, said
from hms_doctor.model.devices.codec import MalformedError
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.wish import DeviceWish

QUESTION = Request(
    kind=DeviceKind.SPEAKER, wish=DeviceWish(camera="Boom"), script='{"a": "\\n"}', dev="/dev", sys="/sys", proc="/proc"
)


def test_a_question_is_one_line() -> None:
    line = asked(QUESTION)
    assert line.count(b"\n") == 1
    assert question_in(line) == QUESTION


@pytest.mark.parametrize("message", [Stage(name="ALSA", seconds=3.0), Told(survey={"is": "X"}), Done()])
def test_an_answer_is_one_line(message: Stage | Told | Done) -> None:
    line = said(message)
    assert line.count(b"\n") == 1
    assert heard(line) == message


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"ALSA lib pcm.c:2664: unknown PCM\n",
        b"\xff\xfe\n",
        b"[1]\n",
        b'{"is": "Stage"}\n',
        b'{"survey": 1, "x": 2}\n',
        b"[" * 100_000,
    ],
)
def test_what_is_no_answer_is_malformed(line: bytes) -> None:
    with pytest.raises(MalformedError):
        heard(line)


async def test_lines_are_put_together_from_pieces() -> None:
    hearing = Hearing()
    for piece in (b'{"is"', b': "Done"}\n{"is": "Do', b'ne"}\n'):
        hearing.pipe_data_received(1, piece)
    hearing.pipe_connection_lost(1, None)
    assert [await hearing.line() for _ in range(3)] == [b'{"is": "Done"}\n', b'{"is": "Done"}\n', b""]


async def test_only_the_end_of_the_noise_is_kept() -> None:
    hearing = Hearing()
    for number in range(1000):
        hearing.pipe_data_received(2, f"ALSA lib line {number}\n".encode())
    hearing.pipe_connection_lost(2, None)
    assert hearing.noise.endswith("ALSA lib line 999")
    assert len(hearing.noise) <= 2000


async def test_a_flood_is_cut_off() -> None:
    hearing = Hearing()
    for _ in range(6):
        hearing.pipe_data_received(1, b"x" * (1 << 20))
    with pytest.raises(MalformedError, match="too long"):
        await hearing.line()
