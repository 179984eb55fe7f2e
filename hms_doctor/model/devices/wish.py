"""What a run wants of the devices: to be looked at, or to be put to the test, and which of them."""

from enum import StrEnum

from hms_doctor.model.quick_dataclass import dataclass


class DeviceProof(StrEnum):
    """How far a device is put to the test."""

    LOOK = "looked at"  # nothing streams, nothing records: the default
    TEST = "tested"  # pictures of a camera, two seconds of a microphone: ``--test``, ``--deep``


@dataclass(frozen=True, kw_only=True)
class DeviceWish:
    """``camera`` and ``microphone``: a part of a name, or a node, that the user chose; empty: the one an app gets."""

    proof: DeviceProof = DeviceProof.LOOK
    camera: str = ""
    microphone: str = ""
    plays: bool = False  # a tone may be heard: ``--play``
    watches: bool = False  # a microphone's level until it is enough: ``--watch``
