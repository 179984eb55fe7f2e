"""Levels from a child process: what comes, and how it ends."""

import json
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from hms_doctor.devices.hearing import Hearing
from hms_doctor.devices.request import Done, Stage, Told, heard_of_meter, said
from hms_doctor.devices.watched import Sound, watched
from hms_doctor.model.devices.codec import MalformedError
from hms_doctor.model.devices.levels import Level
from hms_doctor.model.devices.look import Crashed, Finished, Garbled, Hung, Look, NothingSeen, StillLooking
from hms_doctor.model.devices.scripts import CrashesIn, Hangs, healthy, scripted
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.wish import DeviceWish

MICROPHONE = DeviceKind.MICROPHONE
WISH = DeviceWish(watches=True)
LEVEL = Level(rms=-20.5, peak=-9.0, zeros=0.25, clips=2, offset=0.001)


async def all_of(script: str) -> list[Level | Look[Sound]]:
    async with AsyncExitStack() as stack:
        return [each async for each in watched(WISH, stack, script)]


@pytest.mark.parametrize("message", [LEVEL, Stage(name="Boom", seconds=5.0), Told(survey={"is": "X"}), Done()])
def test_a_level_is_one_line_among_others(message: Level | Stage | Told | Done) -> None:
    line = said(message)
    assert line.count(b"\n") == 1
    assert heard_of_meter(line) == message


@pytest.mark.parametrize("line", [b"", b'{"is": "Level"}\n', b'{"is": "Levels"}\n', b"[]\n"])
def test_what_is_no_level_is_malformed(line: bytes) -> None:
    with pytest.raises(MalformedError):
        heard_of_meter(line)


async def test_a_long_stream_is_not_too_much() -> None:
    hearing = Hearing(most=1 << 40)
    for _ in range(3):
        hearing.pipe_data_received(1, b"x" * (2 << 20) + b"\n")
    assert [len(await hearing.line()) for _ in range(3)] == [(2 << 20) + 1] * 3


async def test_a_microphone_that_gives_no_levels_is_told_to_the_end() -> None:
    survey = healthy(MICROPHONE)
    told = await all_of(scripted("", MICROPHONE, survey))
    assert told == [
        Look(seen=survey, end=StillLooking(), required=True, wish=WISH),
        Look(seen=survey, end=Finished(), required=True, wish=WISH),
    ]


@pytest.mark.parametrize(
    ("script", "end"),
    [
        (scripted("", MICROPHONE, Hangs()), Hung(stage="the simulated driver", seconds=1.5)),
        (scripted("", MICROPHONE, CrashesIn(library="PortAudio")), Crashed(stage="PortAudio", how="SIGABRT", noise="")),
        (json.dumps({"microphone": "nonsense"}), Garbled(detail="the answer is no object")),
    ],
)
async def test_an_end_before_its_time_is_told(script: str, end: Hung | Crashed | Garbled) -> None:
    told = await all_of(script)
    last = told[-1]
    assert isinstance(last, Look)
    assert isinstance(last.seen, NothingSeen)
    assert last.end == end


async def test_a_child_that_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    [last] = await all_of("{}")
    assert isinstance(last, Look)
    assert last.end == Garbled(detail="it did not start: No such file or directory")
