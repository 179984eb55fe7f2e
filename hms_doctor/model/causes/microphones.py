"""What can be wrong with a microphone that is there: its sound server, and what a recording says of it."""

from hms_doctor.model.causes.cause import Audience, Cause, Platform, Scope

MICROPHONE_SERVER_DOWN = Cause(
    id="microphone.server_down",
    title="the sound server does not run",
    action="Run systemctl --user restart pipewire pipewire-pulse wireplumber, or with PulseAudio: pulseaudio --start.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
MICROPHONE_NOT_FOUND = Cause(
    id="microphone.not_found",
    title="no microphone of that name",
    action="Name a microphone as hms-doctor devices lists it, or leave --microphone out.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=3002,
    platform_codes={Platform.WEB: 3014},
)
MICROPHONE_SILENT_STREAM = Cause(
    id="microphone.silent_stream",
    title="the microphone opens but delivers no sound",
    action="Plug the microphone in again, or restart the sound server, then try again.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=3015,
)
MICROPHONE_LOST = Cause(
    id="microphone.lost",
    title="the microphone went away while it recorded",
    action="Plug the microphone in again, without a hub, and try another cable.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=3002,
    platform_codes={Platform.WEB: 3004},
)
MICROPHONE_SILENCE = Cause(
    id="microphone.silence",
    title="the microphone records exact silence",
    action="Switch the microphone on at its own key or slider, and allow it in the privacy settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    platform_codes={Platform.WEB: 3010},
)
MICROPHONE_QUIET = Cause(
    id="microphone.quiet",
    title="the microphone is quieter than any room",
    action="Turn the microphone's level up, and see that its plug is fully in and its own switch is on.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
MICROPHONE_LOW = Cause(
    id="microphone.low",
    title="the microphone is turned down",
    action="Turn the microphone's level up in the sound settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
MICROPHONE_CLIPS = Cause(
    id="microphone.clips",
    title="the microphone is overdriven",
    action="Turn the microphone's level or its boost down in the sound settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
MICROPHONE_OFFSET = Cause(
    id="microphone.offset",
    title="the microphone's sound is off centre",
    action="Try another microphone or socket: this one's input is faulty.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
MICROPHONE_ONE_SIDED = Cause(
    id="microphone.one_sided",
    title="one channel of the microphone is silent",
    action="Plug the microphone fully in, or choose its mono profile in the sound settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
MICROPHONE_NARROW = Cause(
    id="microphone.narrow",
    title="the microphone sounds like a telephone",
    action="Choose another microphone: this one records at 8 kHz.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
MICROPHONE_SPEED = Cause(
    id="microphone.speed",
    title="the microphone delivers sound at the wrong speed",
    action="Plug the microphone in at another port, and close programs that keep the machine busy.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
SPEAKER_SERVER_DOWN = Cause(
    id="speaker.server_down",
    title="the sound server does not run",
    action=MICROPHONE_SERVER_DOWN.action,
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
SPEAKER_LOW = Cause(
    id="speaker.low",
    title="the sound output is turned down",
    action="Turn the speaker's volume up in the sound settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
