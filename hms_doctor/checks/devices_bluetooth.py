"""Whether Bluetooth is there, on and permitted; nothing is scanned for and no headset is opened."""

from collections.abc import AsyncIterator, Iterable
from typing import Final, TypeAlias

from hms_doctor.devices.process import Asked, looks
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.devices.look import Finished, Look, NothingSeen, StillLooking
from hms_doctor.model.devices.radio_verdicts import of_a_kill, of_the_radios
from hms_doctor.model.devices.radios import BluetoothSurvey
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.verdicts import nothing_told, of_the_end
from hms_doctor.model.finding import Finding

Observation: TypeAlias = Look[BluetoothSurvey]
_ASKED: Final[Asked[BluetoothSurvey]] = Asked(kind=DeviceKind.BLUETOOTH, shapes=(BluetoothSurvey,))
_NOUN: Final = "Bluetooth adapter"


def observe(ctx: Context, _facts: Facts) -> AsyncIterator[Observation]:
    """Ask the kernel, then the Bluetooth service, for adapters and switches."""
    return looks(ctx, _ASKED)


def diagnose(look: Observation) -> Iterable[Finding]:
    """Judge what was seen: without Bluetooth there is nothing to check, unless it was required."""
    yield from of_a_kill(look.end) or of_the_end(look.end, _NOUN)
    match look.seen:
        case NothingSeen():
            if isinstance(look.end, StillLooking | Finished):
                yield nothing_told(_NOUN)
        case BluetoothSurvey():
            yield from of_the_radios(look.seen, required=look.required)


CHECK = Check(
    id="devices.bluetooth",
    title="Bluetooth",
    asks="Is there a Bluetooth adapter, is it on, and may this user ask it?",
    codes=frozenset({3002, 3012, 3013}),
    observe=observe,
    diagnose=diagnose,
)
