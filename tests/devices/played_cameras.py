"""Cameras whose driver is played below libc: laid out as files, and looked at through real children."""

import subprocess
from dataclasses import replace
from pathlib import Path

from device_runs import CAMERA, all_looks, context

from hms_doctor.checks.devices_camera import diagnose
from hms_doctor.model.devices.cameras import CameraSurvey
from hms_doctor.model.devices.look import Look
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.surveys import Here
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish
from hms_doctor.model.finding import Finding
from hms_doctor.model.vantage import Seat
from hms_doctor.platforms.roots import Roots

_SOURCE = Path(__file__).with_name("played_camera.c")
_ROOM = 16 << 20
BEFORE = "800 600 1448695129 1 15\n"
"""Another size and rate than a call asks for, which have to be there again."""
AT_THE_DESK = Here(seat=Seat.DESKTOP, user="caller", is_root=False, groups=(), member_of=())


def played_driver(folder: Path) -> Path:
    """Compile the library, to be loaded by ``LD_PRELOAD``."""
    library = folder / "played_camera.so"
    subprocess.run(["cc", "-Wall", "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE), "-ldl"], check=True)
    return library


def laid_out(folder: Path) -> Roots:
    roots = Roots(dev=folder / "dev", sys=folder / "sys", proc=folder / "proc")
    for root in (roots.dev, roots.sys, roots.proc):
        root.mkdir(parents=True)
    return roots


def plays(roots: Roots, *lines: str, node: str = "video0", before: str = BEFORE) -> Path:
    """Lay out a camera that does as the lines say (``played_camera.c``)."""
    path = roots.dev / node
    with path.open("wb") as file:
        file.truncate(_ROOM)
    Path(f"{path}.film").write_text("".join(f"{line}\n" for line in lines))
    Path(f"{path}.now").write_text(before)
    return path


def format_now(node: Path) -> str:
    return Path(f"{node}.now").read_text()


def calls(node: Path) -> list[str]:
    """Give what was asked of a driver, of all that changes something."""
    log = Path(f"{node}.log")
    return log.read_text().splitlines() if log.exists() else []


async def looked_at(roots: Roots, wish: DeviceWish | None = None) -> Look[CameraSurvey | OsSurvey]:
    """Look once, as a user at a desk."""
    async with context(wish=wish or DeviceWish(proof=DeviceProof.TEST)) as ctx:
        look = (await all_looks(ctx, CAMERA, roots))[-1]
    assert isinstance(look.seen, CameraSurvey), look
    return replace(look, seen=replace(look.seen, here=AT_THE_DESK))


async def found(roots: Roots, wish: DeviceWish | None = None) -> list[Finding]:
    return list(diagnose(await looked_at(roots, wish)))
