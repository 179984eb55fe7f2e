"""Looks at devices through real child processes."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from hms_doctor.devices.process import Asked, looks
from hms_doctor.model.check import Context
from hms_doctor.model.devices.cameras import CameraSurvey
from hms_doctor.model.devices.look import Look, Seen
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.radios import BluetoothSurvey
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish
from hms_doctor.model.settings import RealMachine, Settings, SimulatedMachine
from hms_doctor.platforms.roots import Roots

CAMERA: Asked[CameraSurvey | OsSurvey] = Asked(kind=DeviceKind.CAMERA, shapes=(CameraSurvey, OsSurvey))
MICROPHONE: Asked[SoundSurvey | OsSurvey] = Asked(kind=DeviceKind.MICROPHONE, shapes=(SoundSurvey, OsSurvey))
SPEAKER: Asked[SoundSurvey | OsSurvey] = Asked(kind=DeviceKind.SPEAKER, shapes=(SoundSurvey, OsSurvey))
LOOK = DeviceWish()
TEST = DeviceWish(proof=DeviceProof.TEST)
BLUETOOTH: Asked[BluetoothSurvey] = Asked(kind=DeviceKind.BLUETOOTH, shapes=(BluetoothSurvey,))


@asynccontextmanager
async def context(
    script: str | None = None, *, deadline: float = 20.0, wish: DeviceWish = LOOK, required: tuple[str, ...] = ()
) -> AsyncIterator[Context]:
    """Give a run's context; a script makes the machine a simulated one."""
    machine = RealMachine() if script is None else SimulatedMachine(script=script)
    settings = Settings(machine=machine, devices=wish, required=required)
    async with AsyncExitStack() as stack:
        yield Context(settings=settings, deadline=time.monotonic() + deadline, stack=stack)


async def all_looks(ctx: Context, asked: Asked[Seen], roots: Roots | None = None) -> list[Look[Seen]]:
    return [look async for look in looks(ctx, asked, roots or Roots())]


def children() -> list[int]:
    """Give the processes that we started and that are not gone, zombies among them."""
    told = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return [int(pid) for pid in told.split()]


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def told_to(pid: int) -> tuple[bytes, bytes]:
    """Give a process's environment and arguments."""
    return Path(f"/proc/{pid}/environ").read_bytes(), Path(f"/proc/{pid}/cmdline").read_bytes()


async def gone(pid: int, seconds: float = 5.0) -> bool:
    """Wait until a process is no more."""
    until = time.monotonic() + seconds
    while exists(pid):
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.01)
    return True
