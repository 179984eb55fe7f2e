"""Real child processes: they answer, hang, crash, babble, and never outlive the run."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from device_runs import BLUETOOTH, CAMERA, MICROPHONE, SPEAKER, all_looks, children, context, gone, told_to

from hms_doctor.devices.cradle import child_environment
from hms_doctor.devices.process import Asked, is_required, looks
from hms_doctor.model.devices.cameras import CameraSurvey
from hms_doctor.model.devices.codec import to_json
from hms_doctor.model.devices.look import Crashed, Finished, Garbled, Hung, Look, NothingSeen, StillLooking
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.radios import BluetoothSurvey
from hms_doctor.model.devices.scripts import CrashesIn, Hangs, healthy, scripted
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="counts processes by /proc")


@pytest.mark.parametrize("asked", [CAMERA, MICROPHONE, SPEAKER, BLUETOOTH], ids=lambda asked: asked.kind.value)
async def test_a_healthy_script_is_played(
    asked: Asked[CameraSurvey | SoundSurvey | OsSurvey | BluetoothSurvey],
) -> None:
    async with context("") as ctx:
        told = await all_looks(ctx, asked)
        assert children() == []
    survey = healthy(asked.kind)
    assert told == [
        Look(seen=survey, end=StillLooking(), required=False),
        Look(seen=survey, end=Finished(), required=False),
    ]


async def test_a_survey_is_quick_and_small() -> None:
    async with context() as ctx:
        await all_looks(ctx, CAMERA)  # warms the file cache
        began = time.monotonic()
        told = await all_looks(ctx, CAMERA)
        assert time.monotonic() - began < 2.0  # 0.1 s alone on the machine
    assert told[-1].end == Finished()


def test_a_survey_loads_nothing_heavy() -> None:
    look = (
        "import sys; sys.path.append(sys.argv[1]);"
        "import hms_doctor.devices.child, hms_doctor.platforms.linux;"
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0]);"
        "print([name for name in ('asyncio', 'cv2', 'numpy', 'sounddevice', 'dbus_fast') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-I", "-c", look, str(ROOT)], capture_output=True, check=True, timeout=30)
    size, heavy = told.stdout.decode().splitlines()
    assert int(size) < 30 * 1024
    assert heavy == "[]"


async def test_a_hang_is_killed_and_told() -> None:
    async with context(scripted("", DeviceKind.CAMERA, Hangs())) as ctx:
        began = time.monotonic()
        [told] = await all_looks(ctx, CAMERA)
        assert time.monotonic() - began < 8.0
        assert children() == []
    assert told == Look(seen=NothingSeen(), end=Hung(stage="the simulated driver", seconds=1.5), required=False)


async def test_a_hang_leaves_what_was_told_before() -> None:
    survey = healthy(DeviceKind.CAMERA)
    script = json.dumps({"camera": {"survey": to_json(survey), "hang": True}})
    async with context(script) as ctx:
        told = await all_looks(ctx, CAMERA)
    assert [look.seen for look in told] == [survey, survey]
    assert told[-1].end == Hung(stage="the simulated driver", seconds=1.5)


async def test_a_hang_takes_less_than_half_of_what_the_run_has_left() -> None:
    async with context(scripted("", DeviceKind.CAMERA, Hangs()), deadline=2.0) as ctx:
        [told] = await all_looks(ctx, CAMERA)
    assert isinstance(told.end, Hung)
    assert told.end.seconds < 1.0


async def test_a_crash_in_a_library_names_it() -> None:
    async with context(scripted("", DeviceKind.MICROPHONE, CrashesIn(library="PortAudio"))) as ctx:
        [told] = await all_looks(ctx, MICROPHONE)
        assert children() == []
    assert isinstance(told.end, Crashed)
    assert (told.end.stage, told.end.how) == ("PortAudio", "SIGABRT")


async def test_an_exception_in_the_child_is_a_crash_with_its_words(capfd: pytest.CaptureFixture[str]) -> None:
    async with context("{no json") as ctx:
        [told] = await all_looks(ctx, CAMERA)
    assert isinstance(told.end, Crashed)
    assert told.end.how == "exit status 1"
    assert "JSONDecodeError" in told.end.noise
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("nonsense", "the answer is no object"),
        ({"survey": None}, "the answer is no object"),
        ({"survey": {"is": "CameraSurvey"}}, "other members"),
        ({"survey": to_json(healthy(DeviceKind.BLUETOOTH))}, "none of CameraSurvey, OsSurvey"),
    ],
)
async def test_what_no_child_of_ours_says_is_garbled(answer: object, why: str) -> None:
    async with context(json.dumps({"camera": answer})) as ctx:
        [told] = await all_looks(ctx, CAMERA)
        assert children() == []
    assert isinstance(told.end, Garbled)
    assert why in told.end.detail


async def test_a_look_that_is_given_up_leaves_no_process() -> None:
    async with context(scripted("", DeviceKind.CAMERA, Hangs())) as ctx:
        task = asyncio.ensure_future(all_looks(ctx, CAMERA))
        async with asyncio.timeout(10):
            while not children():  # noqa: ASYNC110 - a child process tells nobody that it began
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert children() == []


async def test_the_run_closes_a_look_that_nobody_ended() -> None:
    survey = to_json(healthy(DeviceKind.CAMERA))
    script = json.dumps({"camera": {"survey": survey, "hang": True}})
    async with context(script) as ctx:
        look = looks(ctx, CAMERA)
        await anext(look)
        [pid] = children()
    assert await gone(pid)
    await look.aclose()
    assert children() == []


async def test_a_program_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    async with context("") as ctx:
        [told] = await all_looks(ctx, CAMERA)
    assert told.end == Garbled(detail="it did not start: No such file or directory")


def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    """Kill -9 of the doctor leaves no child behind, even one that hangs."""
    run = tmp_path / "run.py"
    run.write_text(
        "import asyncio, sys\n"
        f"sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]\n"
        "from device_runs import CAMERA, all_looks, children, context\n"
        "from hms_doctor.model.devices.scripts import Hangs, healthy, scripted\n"
        "from hms_doctor.model.devices.surveys import DeviceKind\n"
        "from hms_doctor.devices.process import looks\n"
        "async def main():\n"
        "    async with context(scripted('', DeviceKind.CAMERA, Hangs()), deadline=60) as ctx:\n"
        "        task = asyncio.ensure_future(all_looks(ctx, CAMERA))\n"
        "        while not children():\n"
        "            await asyncio.sleep(0.01)\n"
        "        print(*children(), flush=True)\n"
        "        await task\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, str(run)], stdout=subprocess.PIPE, text=True) as doctor:
        assert doctor.stdout is not None
        child = int(doctor.stdout.readline())
        doctor.send_signal(signal.SIGKILL)
        doctor.wait(timeout=10)
    assert asyncio.run(gone(child))


def test_no_secret_reaches_the_child() -> None:
    environ = {
        "HMS_TOKEN": "t",
        "HMS_APP_SECRET": "s",
        "HMS_ICE_CREDENTIAL": "c",
        "PATH": "/bin",
        "SSH_TTY": "/dev/pts/1",
    }
    given = child_environment(environ)
    assert given["PATH"] == "/bin"
    assert given["SSH_TTY"] == "/dev/pts/1"
    assert not [name for name in given if name.startswith("HMS_")]
    assert given["OPENCV_LOG_LEVEL"] == "OFF"
    assert given["OPENCV_AVFOUNDATION_SKIP_AUTH"] == "1"


async def test_the_running_child_has_neither_secrets_nor_our_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMS_TOKEN", "eyJ-the-secret")
    monkeypatch.setenv("HMS_APP_SECRET", "the-secret")
    survey = to_json(healthy(DeviceKind.CAMERA))
    async with context(json.dumps({"camera": {"survey": survey, "hang": True}})) as ctx:
        look = looks(ctx, CAMERA)
        await anext(look)
        [pid] = children()
        environ, argv = told_to(pid)
        session = os.getsid(pid)
        await look.aclose()
    assert b"the-secret" not in environ + argv
    assert b"HMS_" not in environ
    assert b"camera" not in argv
    assert session == pid


@pytest.mark.parametrize(
    ("required", "holds"),
    [
        ((), False),
        (("devices.bluetooth",), True),
        (("devices",), True),
        (("devices.blue",), False),
        (("devices.camera", "token"), False),
    ],
)
def test_what_must_be_there_is_named_by_id_or_prefix(required: tuple[str, ...], holds: bool) -> None:
    assert is_required("devices.bluetooth", required) is holds


async def test_a_look_says_whether_its_device_must_be_there() -> None:
    async with context("", required=("devices.bluetooth",)) as ctx:
        assert all(look.required for look in await all_looks(ctx, BLUETOOTH))
        assert not any(look.required for look in await all_looks(ctx, CAMERA))


async def test_four_looks_at_once() -> None:
    async with context("") as ctx:
        ended = await asyncio.gather(
            all_looks(ctx, CAMERA), all_looks(ctx, MICROPHONE), all_looks(ctx, SPEAKER), all_looks(ctx, BLUETOOTH)
        )
        assert children() == []
    assert [told[-1].end for told in ended] == [Finished()] * 4


async def test_waiting_is_told_with_its_end() -> None:
    waits: list[tuple[str, float]] = []
    async with context("") as ctx:
        noted = type(ctx)(
            settings=ctx.settings,
            deadline=ctx.deadline,
            stack=ctx.stack,
            waiting=lambda what, seconds: waits.append((what, seconds)),
        )
        await all_looks(noted, CAMERA)
    assert waits
    assert all(what and 0 < seconds <= 10 for what, seconds in waits)


@pytest.mark.parametrize("rounds", range(9))
async def test_a_look_that_is_given_up_early_leaves_nothing(rounds: int) -> None:
    async with context(scripted("", DeviceKind.CAMERA, Hangs())) as ctx:
        task = asyncio.ensure_future(all_looks(ctx, CAMERA))
        for _ in range(rounds):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert children() == []
