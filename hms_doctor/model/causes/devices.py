"""What can be wrong with camera, microphone and speaker."""

from typing import Final

from hms_doctor.model.causes.cause import Audience, Cause, Platform, Scope

_DENIED: Final = 3001
_ABSENT: Final = 3002
_BUSY: Final = 3003
_DENIED_BY_SYSTEM: Final = {Platform.WEB: 3011}
"""Chrome: "Permission denied by system" (hms-video-store: error/utils)."""


CAMERA_DENIED = Cause(
    id="camera.denied",
    title="the system denies the camera",
    action="Run sudo usermod -aG video $USER, then log out and in.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_DENIED,
)
CAMERA_CONSENT = Cause(
    id="camera.consent",
    title="the privacy settings deny the camera",
    action="Allow the camera for the program that needs it in the system's privacy settings, then restart it.",
    audience=Audience.CALLER,
    scope=Scope.PROCESS,
    code=_DENIED,
    platform_codes=_DENIED_BY_SYSTEM,
)
CAMERA_MANAGED = Cause(
    id="camera.managed",
    title="a management policy denies the camera",
    action="Allow the camera in the policy that manages this machine.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.MACHINE,
    code=_DENIED,
    platform_codes=_DENIED_BY_SYSTEM,
)
CAMERA_ABSENT = Cause(
    id="camera.absent",
    title="no camera",
    action="Plug a camera in, or switch the built-in one on (a key, a slider or the firmware can cut it off).",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_ABSENT,
)
CAMERA_HIDDEN = Cause(
    id="camera.hidden",
    title="the camera has no device node here",
    action="Plug the camera in again, or restart udev: sudo udevadm trigger --subsystem-match=video4linux.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_ABSENT,
)
CAMERA_BUSY = Cause(
    id="camera.busy",
    title="the camera is in use",
    action="Close the program that uses the camera.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_BUSY,
)
CAMERA_NOT_FOUND = Cause(
    id="camera.not_found",
    title="no camera of that name",
    action="Name a camera as hms-doctor devices lists it, or leave --camera out.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_ABSENT,
    platform_codes={Platform.WEB: 3014},
)
CAMERA_SILENT = Cause(
    id="camera.silent",
    title="the camera opens but delivers no picture",
    action="Plug the camera in again or restart the machine, and open its privacy cover.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=3015,
)
CAMERA_LOST = Cause(
    id="camera.lost",
    title="the camera was lost while it streamed",
    action="Plug the camera in again, straight into the machine and with another cable.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_ABSENT,
    platform_codes={Platform.WEB: 3004},
)
CAMERA_BLACK = Cause(
    id="camera.black",
    title="the camera's picture is black",
    action="Open the camera's privacy cover or switch, take off what covers its lens, and turn the light on.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
CAMERA_FROZEN = Cause(
    id="camera.frozen",
    title="the camera's picture is frozen",
    action="Open the camera's privacy switch or plug it in again; restart the program that feeds a virtual camera.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
CAMERA_SLOW = Cause(
    id="camera.slow",
    title="the camera delivers too few pictures",
    action="Turn the light on, plug the camera straight into the machine, and close programs that keep it busy.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
CAMERA_SMALL = Cause(
    id="camera.small",
    title="the camera's picture is smaller than a call asks for",
    action="Use a camera that delivers 1280x720, or let the app ask for less.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
MICROPHONE_DENIED = Cause(
    id="microphone.denied",
    title="the system denies the microphone",
    action="Run sudo usermod -aG audio $USER, then log out and in.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_DENIED,
)
MICROPHONE_CONSENT = Cause(
    id="microphone.consent",
    title="the privacy settings deny the microphone",
    action="Allow the microphone for the program that needs it in the system's privacy settings, then restart it.",
    audience=Audience.CALLER,
    scope=Scope.PROCESS,
    code=_DENIED,
    platform_codes=_DENIED_BY_SYSTEM,
)
MICROPHONE_MANAGED = Cause(
    id="microphone.managed",
    title="a management policy denies the microphone",
    action="Allow the microphone in the policy that manages this machine.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.MACHINE,
    code=_DENIED,
    platform_codes=_DENIED_BY_SYSTEM,
)
MICROPHONE_ABSENT = Cause(
    id="microphone.absent",
    title="no microphone",
    action="Plug a microphone or headset in, or choose an input profile in the sound settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_ABSENT,
)
MICROPHONE_HIDDEN = Cause(
    id="microphone.hidden",
    title="the microphone has no device node here",
    action="Plug the microphone in again, or restart udev: sudo udevadm trigger --subsystem-match=sound.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_ABSENT,
)
MICROPHONE_BUSY = Cause(
    id="microphone.busy",
    title="the microphone is in use",
    action="Close the program that uses the microphone.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_BUSY,
)
MICROPHONE_MUTED = Cause(
    id="microphone.muted",
    title="the microphone is muted",
    action="Unmute the microphone in the sound settings and turn its level up.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    platform_codes={Platform.WEB: 3010},  # told only where the silence was recorded
)
MICROPHONE_MONITOR = Cause(
    id="microphone.monitor",
    title="the default input hears the speaker, not a microphone",
    action="Choose the microphone as the input in the sound settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
MICROPHONE_UNPLUGGED = Cause(
    id="microphone.unplugged",
    title="nothing is in the microphone's socket",
    action="Plug the microphone in, or choose another input in the sound settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
SPEAKER_DENIED = Cause(
    id="speaker.denied",
    title="the system denies the sound output",
    action="Run sudo usermod -aG audio $USER, then log out and in.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_DENIED,
)
SPEAKER_ABSENT = Cause(
    id="speaker.absent",
    title="no sound output",
    action="Plug a speaker or headset in, or choose an output profile in the sound settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_ABSENT,
)
SPEAKER_HIDDEN = Cause(
    id="speaker.hidden",
    title="the sound output has no device node here",
    action="Plug the speaker in again, or restart udev: sudo udevadm trigger --subsystem-match=sound.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_ABSENT,
)
SPEAKER_BUSY = Cause(
    id="speaker.busy",
    title="the sound output is in use",
    action="Close the program that uses the speaker.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=_BUSY,
)
SPEAKER_MUTED = Cause(
    id="speaker.muted",
    title="the sound output is muted",
    action="Unmute the speaker in the sound settings and turn its volume up.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
SPEAKER_UNPLUGGED = Cause(
    id="speaker.unplugged",
    title="nothing is in the socket of the sound output",
    action="Plug the speaker or headset in, or choose another output in the sound settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
