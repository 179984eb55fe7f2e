"""PortAudio's list of devices, through sounddevice."""

from hms_doctor.model.devices.sound import PortAudioDevices
from hms_doctor.model.devices.surveys import LibraryMissing


def listed(direction: str) -> PortAudioDevices | LibraryMissing:
    """List the devices with channels in a direction, ``input`` or ``output``.

    The Linux wheel of sounddevice brings no PortAudio and raises OSError when it is imported without one. The list is
    that of the moment of the import, which is why this runs in a process of its own.
    """
    try:
        import sounddevice
    except (OSError, ImportError) as error:
        return LibraryMissing(library="PortAudio", detail=str(error)[:200])
    devices = [dict(device) for device in sounddevice.query_devices()]
    return PortAudioDevices(names=tuple(str(d["name"]) for d in devices if d[f"max_{direction}_channels"] > 0))
