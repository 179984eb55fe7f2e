"""What can be wrong with a sound output that is there: where it leads, and what came of a tone."""

from hms_doctor.model.causes.cause import Audience, Cause, Scope

SPEAKER_DUMMY = Cause(
    id="speaker.dummy",
    title="the default output is a dummy that nobody hears",
    action="Choose the speaker or headset as the output in the sound settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
SPEAKER_UNHEARD = Cause(
    id="speaker.unheard",
    title="the microphone did not hear the speaker",
    action=(
        "With headphones on this is expected. Otherwise turn the speaker up, see that it is the output you mean, and "
        "run hms-doctor devices --play again in a quieter room."
    ),
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
SPEAKER_STUCK = Cause(
    id="speaker.stuck",
    title="the sound output does not play",
    action="Plug the speaker in again or choose another output in the sound settings, then try again.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
