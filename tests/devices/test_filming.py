"""Cameras that stream, through real children: what they deliver, and how they are left; the driver alone is played."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from device_lab import needs_compiler
from device_runs import CAMERA, TEST, children, context
from played_cameras import BEFORE, calls, format_now, found, laid_out, looked_at, played_driver, plays

from hms_doctor.checks.devices_camera import diagnose
from hms_doctor.devices.process import looks
from hms_doctor.model.devices.cameras import CameraSurvey, Unanswered
from hms_doctor.model.devices.look import Finished
from hms_doctor.model.devices.wish import DeviceWish
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned

pytestmark = [needs_compiler, pytest.mark.skipif(os.name != "posix", reason="plays Linux drivers")]
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SET_AND_PUT_BACK = ["S_FMT 1280x720", "S_PARM 1/30", "REQBUFS 4", "STREAMON", "STREAMOFF", "REQBUFS 0"]
PUT_BACK = ["S_FMT 800x600", "S_PARM 1/15"]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played_driver(tmp_path_factory.mktemp("driver"))


@pytest.fixture(autouse=True)
def _played(driver: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_PRELOAD", str(driver))


TABLE: dict[str, tuple[tuple[str, ...], type[Finding], str, str]] = {
    "works": ((), Passed, "", "video0: first picture after"),
    "several planes": (("planes 1",), Passed, "", "of 30 fps, 1280x720"),
    "without formats": (("mute 1",), Passed, "", "of 30 fps, 1280x720"),
    "a rate of its own": (("g_parm 25",), Passed, "", "fps, 1280x720"),
    "ranges": (("steps 1",), Passed, "", "of 30 fps, 1280x720"),
    "packed": (("packed 1",), Passed, "", "of 30 fps, 1280x720"),
    "promises too early": (("again 20",), Passed, "", "of 30 fps, 1280x720"),
    "black": (("light 16", "still 1"), Warned, "camera.black", "video0 delivers black pictures"),
    "frozen": (("still 1",), Warned, "camera.frozen", "the same picture over and over"),
    "a still scene": (("light 120",), Passed, "", "video0: first picture"),
    "half are dropped": (("drop 2",), Warned, "camera.slow", "video0 dropped"),
    "slow": (("rate 10",), Warned, "camera.slow", "of 30 fps"),
    "slow by promise": (("rate 4", "promise 4"), Warned, "camera.slow", "of 4 fps"),
    "stops": (("stop 12",), Warned, "camera.slow", "delivered 12 pictures, then none for"),
    "small": (("most 640 480",), Warned, "camera.small", "delivers 640x480 where a call asks for 1280x720"),
    "silent": (("stop 0",), Failed, "camera.silent", "delivered no picture in 3.0 s"),
    "damaged": (("damage 1",), Failed, "camera.silent", "delivered no picture but"),
    "unplugged": (("stop 8", "die 19"), Failed, "camera.lost", "failed after 8 pictures (ENODEV)"),
    "unplugged for good": (("stop 8", "die 19", "reopen 2"), Failed, "camera.lost", "opened again (ENOENT)"),
    "a buffer that it never had": (("index 9",), Failed, "camera.silent", "EINVAL"),
    "a buffer of any length": (("length 1000000000",), Undecided, "", "could not be put to the test (mmap: EINVAL)"),
    "unplugged at once": (("stop 0", "die 19"), Failed, "camera.lost", "lost before its first picture (ENODEV)"),
    "fails at once": (("stop 0", "die 5"), Failed, "camera.silent", "EIO"),
    "does not start": (("streamon 5",), Failed, "camera.silent", "does not begin to stream (VIDIOC_STREAMON: EIO)"),
    "no bandwidth": (("streamon 28",), Failed, "camera.silent", "VIDIOC_STREAMON: ENOSPC"),
    "taken meanwhile": (("s_fmt 16",), Failed, "camera.busy", "in use by another program, perhaps another user's app"),
    "taken at the start": (("streamon 16",), Failed, "camera.busy", "is in use by another program"),
    "gone meanwhile": (("s_fmt 19",), Failed, "camera.lost", "VIDIOC_S_FMT: ENODEV"),
    "no buffers to queue": (("qbuf 5",), Failed, "camera.silent", "VIDIOC_QBUF: EIO"),
    "no buffers to map": (("querybuf 22",), Undecided, "", "could not be put to the test (VIDIOC_QUERYBUF: EINVAL)"),
    "no format to ask": (("g_fmt 22",), Undecided, "", "could not be put to the test (VIDIOC_G_FMT: EINVAL)"),
    "a format of its own": (("s_fmt 22",), Warned, "camera.small", "delivers 800x600"),
}


BEFORES = {"slow by promise": "800 600 1448695129 1 2\n", "small": "320 240 1448695129 1 15\n"}


@pytest.fixture(scope="module")
def results(driver: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[Finding]]]:
    """Film the cameras of the table, many at the same time: most of it is waiting."""
    some = asyncio.Semaphore(10)

    async def one(name: str) -> tuple[Path, list[Finding]]:
        roots = laid_out(tmp_path_factory.mktemp("camera"))
        node = plays(roots, *TABLE[name][0], before=BEFORES.get(name, BEFORE))
        async with some:
            return node, await found(roots)

    async def every() -> dict[str, tuple[Path, list[Finding]]]:
        return dict(zip(TABLE, await asyncio.gather(*(one(name) for name in TABLE)), strict=True))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LD_PRELOAD", str(driver))
        return asyncio.run(every())


@pytest.mark.parametrize("name", TABLE)
def test_what_a_camera_delivers(name: str, results: dict[str, tuple[Path, list[Finding]]]) -> None:
    _, kind, cause, told = TABLE[name]
    node, findings = results[name]
    assert [type(finding) for finding in findings] == [kind], findings
    [finding] = findings
    assert told in finding.summary
    assert (finding.cause.id if isinstance(finding, Failed | Warned) else "") == cause
    assert format_now(node) == BEFORES.get(name, BEFORE)


def test_a_camera_is_set_as_a_call_sets_it_and_put_back(results: dict[str, tuple[Path, list[Finding]]]) -> None:
    node, _ = results["works"]
    assert calls(node) == ["REQBUFS 1", "REQBUFS 0", *SET_AND_PUT_BACK, *PUT_BACK]


@pytest.mark.parametrize("name", ["unplugged", "stops", "does not start", "no buffers to map", "fails at once"])
def test_a_stream_that_fails_is_taken_down_too(name: str, results: dict[str, tuple[Path, list[Finding]]]) -> None:
    node, _ = results[name]
    assert calls(node)[-3:] == ["REQBUFS 0", *PUT_BACK]
    assert ("STREAMOFF" in calls(node)) or "STREAMON" not in calls(node)


async def test_a_camera_that_is_set_as_a_call_asks_is_not_set_again(tmp_path: Path) -> None:
    roots = laid_out(tmp_path)
    node = plays(roots, "stop 5", "die 19", before="1280 720 1448695129 1 30\n")
    await found(roots)
    assert [call for call in calls(node) if call.startswith("S_")] == []


async def test_a_test_that_is_called_off_leaves_the_camera_as_it_was(tmp_path: Path) -> None:
    roots = laid_out(tmp_path)
    node = plays(roots)
    async with context(wish=TEST) as ctx:
        look = looks(ctx, CAMERA, roots)
        await anext(look)
        async with asyncio.timeout(10):
            while "STREAMON" not in calls(node):  # noqa: ASYNC110 - a driver tells nobody that it streams
                await asyncio.sleep(0.01)
        assert format_now(node) != BEFORE
        await look.aclose()
    assert format_now(node) == BEFORE
    assert calls(node)[-4:] == ["STREAMOFF", "REQBUFS 0", *PUT_BACK]
    assert children() == []


def test_a_doctor_that_is_killed_leaves_the_camera_as_it_was(tmp_path: Path) -> None:
    roots = laid_out(tmp_path)
    node = plays(roots)
    run = tmp_path / "run.py"
    run.write_text(
        "import asyncio, sys\n"
        f"sys.path[:0] = {[str(ROOT), str(HERE), str(ROOT / 'tests/platforms')]!r}\n"
        "from pathlib import Path\n"
        "from device_runs import CAMERA, TEST, all_looks, context\n"
        "from hms_doctor.platforms.roots import Roots\n"
        "async def main():\n"
        "    async with context(wish=TEST, deadline=60) as ctx:\n"
        f"        folder = Path({str(tmp_path)!r})\n"
        "        await all_looks(ctx, CAMERA, Roots(dev=folder / 'dev', sys=folder / 'sys', proc=folder / 'proc'))\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, str(run)]) as doctor:
        until = time.monotonic() + 20
        while "STREAMON" not in calls(node) and time.monotonic() < until:
            time.sleep(0.01)
        assert format_now(node) != BEFORE
        doctor.send_signal(signal.SIGKILL)
    until = time.monotonic() + 10
    while format_now(node) != BEFORE and time.monotonic() < until:
        time.sleep(0.01)
    assert calls(node)[-4:] == ["STREAMOFF", "REQBUFS 0", *PUT_BACK]


async def test_a_driver_that_hangs_is_told_and_the_other_cameras_too(tmp_path: Path) -> None:
    roots = laid_out(tmp_path)
    plays(roots, "hang 0")
    plays(roots, node="video1")
    began = time.monotonic()
    look = await looked_at(roots, DeviceWish())
    assert time.monotonic() - began < 5.0  # 2.2 s alone on the machine
    assert look.end == Finished()
    assert isinstance(look.seen, CameraSurvey)
    assert isinstance(look.seen.nodes[0].look, Unanswered)
    passed, note = diagnose(look)
    assert passed.summary == "video1, free, 1280x720 at 30 fps"
    assert "video0, gave no answer" in note.summary
    [unsure] = diagnose(replace(look, wish=DeviceWish(camera="video0")))
    assert isinstance(unsure, Undecided)
    assert children() == []


@pytest.mark.parametrize("number", [0x05, 0x12])
async def test_a_call_that_hangs_in_a_test_is_killed(tmp_path: Path, number: int) -> None:
    roots = laid_out(tmp_path)
    plays(roots, f"hang {number}")
    async with context(wish=TEST, deadline=2.0) as ctx:
        told = [look async for look in looks(ctx, CAMERA, roots)]
    assert children() == []
    assert isinstance(told[-1].seen, CameraSurvey)
    assert type(told[-1].end).__name__ == "Hung"
