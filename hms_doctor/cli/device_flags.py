"""From flags to a wish: which devices, and how far they are put to the test."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.cli.errors import UsageError
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.runner import Plan

CAMERA: Final = "devices.camera"
MICROPHONE: Final = "devices.microphone"
SPEAKER: Final = "devices.speaker"
DEVICE_CHECKS: Final = (CAMERA, MICROPHONE, SPEAKER, "devices.bluetooth")
UNNAMED: Final = "CI is set: devices are looked at only when named (--only devices)"


@dataclass(frozen=True, kw_only=True)
class DeviceFlags:
    """Flags that say which devices and what may be done with them."""

    test: bool = False
    camera: str | None = None
    microphone: str | None = None
    play: bool = False

    @property
    def named(self) -> tuple[str, ...]:
        """The ids of the checks whose device was named, which asks for them in CI too."""
        wishes = {CAMERA: self.camera, MICROPHONE: self.microphone}
        return tuple(check_id for check_id, wish in wishes.items() if wish is not None)


AS_THEY_ARE: Final = DeviceFlags()


def wish_of(flags: DeviceFlags, *, deep: bool) -> DeviceWish:
    """Give the wish. Raises UsageError for a name that names nothing."""
    return DeviceWish(
        proof=DeviceProof.TEST if flags.test or deep else DeviceProof.LOOK,
        camera=_name(flags.camera, "--camera", "camera", "/dev/video0"),
        microphone=_name(flags.microphone, "--microphone", "microphone", '"USB Audio"'),
        plays=flags.play,
    )


def _name(wish: str | None, flag: str, noun: str, example: str) -> str:
    if wish is None:
        return ""
    if not wish.strip():
        raise UsageError(f"{flag} wants a part of a {noun}'s name or its node, for example {flag} {example}")
    return wish.strip()


def fit(flags: DeviceFlags, plan: Plan) -> None:
    """Refuse a flag that speaks of a device which this run does not look at. Raises UsageError."""
    chosen = {planned.check.id for planned in plan.run}
    for flag, check_id in _speaks_of(flags):
        listens = flag == "--microphone" and flags.play and SPEAKER in chosen
        if check_id not in chosen and not listens:
            raise UsageError(f"{flag} wants {check_id}, which this run leaves out: drop {flag}, or let {check_id} run")


def _speaks_of(flags: DeviceFlags) -> Iterator[tuple[str, str]]:
    if flags.camera is not None:
        yield "--camera", CAMERA
    if flags.microphone is not None:
        yield "--microphone", MICROPHONE
    if flags.play:
        yield "--play", SPEAKER
