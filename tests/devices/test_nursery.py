"""Children that are forked from one process: started once, told apart, and none takes another with it."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from device_runs import BLUETOOTH, CAMERA, MICROPHONE, SPEAKER, all_looks, children, context, exists, gone

from hms_doctor.devices.cradle import prepared
from hms_doctor.devices.nursery import nursery_of
from hms_doctor.devices.process import Child, looks
from hms_doctor.devices.request import Request, heard
from hms_doctor.model.devices.look import Crashed, Finished, Garbled, Hung, NothingSeen
from hms_doctor.model.devices.scripts import CrashesIn, Hangs, scripted
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.wish import DeviceWish

ROOT = Path(__file__).resolve().parents[2]
HANGING_CAMERA = scripted("", DeviceKind.CAMERA, Hangs())
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="children are forked on Linux alone")


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def first_child() -> tuple[int, int]:
    """Wait for the process that forks, and its first child."""
    async with asyncio.timeout(10):
        while not (children() and children_of(children()[0])):  # noqa: ASYNC110 - a process tells nobody that it began
            await asyncio.sleep(0.01)
    [nurse] = children()
    return nurse, children_of(nurse)[0]


async def test_a_hang_and_a_crash_take_nobody_with_them() -> None:
    script = scripted(HANGING_CAMERA, DeviceKind.MICROPHONE, CrashesIn(library="PortAudio"))
    async with context(script) as ctx:
        camera = asyncio.ensure_future(all_looks(ctx, CAMERA))
        nurse, _ = await first_child()
        others = await asyncio.gather(*(all_looks(ctx, asked) for asked in (MICROPHONE, SPEAKER, BLUETOOTH)))
        assert children() == [nurse]  # one for all of them, as long as one of them looks
        hung = await camera
        assert children() == []
    assert isinstance(hung[-1].end, Hung)
    crashed, *healthy = [told[-1].end for told in others]
    assert isinstance(crashed, Crashed)
    assert (crashed.stage, crashed.how) == ("PortAudio", "SIGABRT")
    assert healthy == [Finished(), Finished()]


async def test_each_child_leads_a_group_of_its_own_outside_of_our_session() -> None:
    async with context(HANGING_CAMERA) as ctx:
        look = asyncio.ensure_future(all_looks(ctx, CAMERA))
        nurse, child = await first_child()
        async with asyncio.timeout(10):
            while os.getpgid(child) != child:  # noqa: ASYNC110 - it was born a moment ago
                await asyncio.sleep(0.01)
        assert os.getsid(child) == nurse
        assert exists(child)
        look.cancel()
        with pytest.raises(asyncio.CancelledError):
            await look
        assert (exists(child), children()) == (False, [])


@pytest.mark.parametrize("who", ["child", "nurse"])
async def test_one_that_is_killed_is_a_crash(who: str) -> None:
    async with context(HANGING_CAMERA) as ctx:
        look = asyncio.ensure_future(all_looks(ctx, CAMERA))
        nurse, child = await first_child()
        os.kill({"child": child, "nurse": nurse}[who], signal.SIGKILL)
        [told] = await look
        assert await gone(child)
        assert children() == []
        again = await all_looks(ctx, SPEAKER)  # the next one starts anew
    assert isinstance(told.seen, NothingSeen)
    assert isinstance(told.end, Crashed)
    assert told.end.how == "SIGKILL"
    assert again[-1].end == Finished()


async def test_a_run_has_one_nursery() -> None:
    async with AsyncExitStack() as one, AsyncExitStack() as other:
        assert nursery_of(one) is nursery_of(one)
        assert nursery_of(one) is not nursery_of(other)


async def test_what_was_started_ahead_is_used_and_else_ended() -> None:
    with prepared():
        [nurse] = children()
        async with context("") as ctx:
            assert (await all_looks(ctx, CAMERA))[-1].end == Finished()
            assert not exists(nurse)
            assert (await all_looks(ctx, CAMERA))[-1].end == Finished()
    with prepared():
        [nurse] = children()
    assert (exists(nurse), children()) == (False, [])


async def test_a_child_that_is_executed_answers_alike() -> None:
    """As on macOS and Windows, where nothing is forked."""
    request = Request(kind=DeviceKind.CAMERA, wish=DeviceWish(), script="{}", dev="/dev", sys="/sys", proc="/proc")
    told: list[str] = []
    async with Child(request) as child:
        [pid] = children()
        while line := await child.line(10):
            told.append(type(heard(line)).__name__)
    assert told == ["Told", "Done"]
    assert (exists(pid), children()) == (False, [])


async def test_a_look_that_nobody_waits_for_is_closed_with_the_run() -> None:
    kept = asyncio.Event()  # set once the child is asked, and so in the run's care
    async with context(HANGING_CAMERA) as ctx:
        look = looks(replace(ctx, waiting=lambda _what, _seconds: kept.set()), CAMERA)
        task = asyncio.ensure_future(anext(look))
        nurse, child = await first_child()
        async with asyncio.timeout(10):
            await kept.wait()
    assert (exists(nurse), exists(child)) == (False, False)
    await asyncio.gather(task, return_exceptions=True)
    await look.aclose()


def test_the_devices_command_leaves_nothing_behind() -> None:
    """Neither after a run nor after a mistake, and neither with a warning."""
    for flags, code in ((("--only", "devices.camera", "-q"), {0, 1, 3}), (("--camera", ""), {2})):
        done = subprocess.run(
            (sys.executable, "-X", "dev", "-W", "error", "-m", "hms_doctor", "devices", *flags),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        assert done.returncode in code
        assert done.stderr.count("\n") == (done.returncode == 2)


async def test_a_process_that_shows_no_sign_of_life_did_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asleep = tmp_path / "python"
    asleep.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    asleep.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(asleep))
    began = asyncio.get_running_loop().time()
    async with context("", deadline=1.0) as ctx:
        [told] = await all_looks(ctx, CAMERA)
        assert children() == []
    assert isinstance(told.end, Garbled)
    assert told.end.detail.startswith("it did not start: no sign of life in 0.")
    assert asyncio.get_running_loop().time() - began < 5
