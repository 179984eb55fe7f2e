"""What must be said of microphones and outputs by ALSA alone: real cards of a real kernel, written before they ran."""

from collections.abc import Mapping
from typing import Final

from guest_row import Beside, Row, Told

_RECORDS: Final = ("arecord", "-q", "-D", "hw:0,0", "-f", "S16_LE", "-c2", "-r48000", "-t", "raw", "/dev/null")
_PLAYS: Final = ("aplay", "-q", "-D", "hw:0,0", "-f", "S16_LE", "-c2", "-r48000", "-t", "raw", "/dev/zero")
_RECORDING: Final = "grep -q owner_pid /proc/asound/card0/pcm0c/sub0/status"
_PLAYING: Final = "grep -q owner_pid /proc/asound/card0/pcm0p/sub0/status"
_ABSENT: Final = Told(verdict="fail", cause="microphone.absent", code=3002, exit=1, says=("there is no microphone",))
_DUMMY: Final = "Dummy Dummy PCM"

MICROPHONES: Final[Mapping[str, Row]] = {
    "no card": Row(world="lose sound", told=_ABSENT),
    "not in the group": Row(
        world="dummy",
        groups=("video",),
        told=Told(
            verdict="fail",
            cause="microphone.denied",
            code=3001,
            exit=1,
            says=("permission denied", "/dev/snd/pcmC0D0c", "group audio"),
            action="Run sudo usermod -aG audio $USER, then log out and in.",
        ),
    ),
    "held by another user's program": Row(
        world="dummy",
        beside=Beside(argv=_RECORDS, ready=_RECORDING, user="other"),
        told=Told(
            verdict="fail",
            cause="microphone.busy",
            code=3003,
            exit=1,
            says=("in use by arecord (pid {pid})",),
            action="Close arecord, then try again.",
        ),
    ),
    "its output is held": Row(
        world="dummy",
        beside=Beside(argv=_PLAYS, ready=_PLAYING),
        told=Told(verdict="pass", says=(f"{_DUMMY}, free",)),
    ),
    "the kernel has it, /dev does not": Row(
        world="dummy; rm /dev/snd/pcmC0D0c; spoilt sound",
        told=Told(
            verdict="fail",
            cause="microphone.hidden",
            code=3002,
            exit=1,
            says=(_DUMMY, "/dev/snd/pcmC0D0c", "ENOENT"),
        ),
    ),
    "a card that only plays": Row(
        world="beeper",
        told=Told(verdict="fail", cause="microphone.absent", code=3002, exit=1, says=("there is no microphone",)),
    ),
}
OUTPUTS: Final[Mapping[str, Row]] = {
    "a card that only plays": Row(world="beeper", told=Told(verdict="pass", says=("free",))),
    "held": Row(
        world="dummy",
        beside=Beside(argv=_PLAYS, ready=_PLAYING),
        told=Told(verdict="fail", cause="speaker.busy", code=3003, exit=1, says=("in use by aplay (pid {pid})",)),
    ),
    "not in the group": Row(
        world="dummy",
        groups=(),
        told=Told(
            verdict="fail",
            cause="speaker.denied",
            code=3001,
            exit=1,
            says=("permission denied", "/dev/snd/pcmC0D0p"),
            action="Run sudo usermod -aG audio $USER, then log out and in.",
        ),
    ),
}


def _hears(loud: float, offset: float, told: Told, rate: int = 48000) -> Row:
    """Play a tone into the cable whose other end is the microphone."""
    into = ("aplay", "-q", "-D", "hw:0,1", "-f", "S16_LE", "-c2", f"-r{rate}", "-t", "raw", "/run/tone.raw")
    ready = "grep -q RUNNING /proc/asound/card0/pcm1p/sub0/status"
    return Row(world=f"loopback; tone {loud} {offset} {rate}", beside=Beside(argv=into, ready=ready), told=told)


_LOOPBACK: Final = "Loopback Loopback PCM"

RECORDED: Final[Mapping[str, Row]] = {
    "a tone": _hears(0.3535, 0, Told(verdict="pass", says=(_LOOPBACK, "dBFS"), level=-12.04)),
    "exact silence, which a web app has a code for": Row(
        world="loopback",
        flags=("--platform", "web"),
        told=Told(verdict="warn", cause="microphone.silence", code=3010, says=("each sample is exactly 0",)),
    ),
    "clips": _hears(4, 0, Told(verdict="warn", cause="microphone.clips", says=("clips",))),
    "off centre": _hears(0.2, 0.3, Told(verdict="warn", cause="microphone.offset", says=("+30%",))),
    "at 8 kHz": _hears(0.3535, 0, Told(verdict="warn", cause="microphone.narrow", says=("8 kHz",)), rate=8000),
    "lost while it records": Row(
        world="loopback; spoilt sound",
        later=f"until_true '{_RECORDING}'; sleep 0.7; echo snd_aloop.0 >/sys/bus/platform/drivers/snd_aloop/unbind",
        told=Told(verdict="fail", cause="microphone.lost", code=3002, exit=1, says=("stopped after",)),
    ),
}
