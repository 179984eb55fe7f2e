"""A row of the tables: how the guest is made to be, what runs in it, and what the command line must say."""

from dataclasses import dataclass
from typing import Final

VIDEO_AND_AUDIO: Final = ("video", "audio")


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A program that runs meanwhile; ``ready`` is a shell's condition (``$PID``) that says when it does its work."""

    argv: tuple[str, ...]
    ready: str
    user: str = "caller"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the report must say; ``{pid}`` stands for the program beside."""

    verdict: str
    cause: str = ""
    code: int | None = None
    exit: int = 0
    says: tuple[str, ...] = ()  # words of the summaries, the headline, the action and the evidence
    never: tuple[str, ...] = ()
    action: str = ""  # the whole order, where it must be exact
    level: float | None = None  # dBFS that the recording must have, to half a dB


@dataclass(frozen=True, kw_only=True)
class Row:
    """``world`` is a script of root's shell that uses the functions of ``WORLDS``."""

    told: Told
    world: str = ""
    flags: tuple[str, ...] = ()
    beside: Beside | None = None
    later: str = ""  # a script of root's that runs while the command line does
    user: str = "caller"
    groups: tuple[str, ...] = VIDEO_AND_AUDIO
    after: str = ""  # a script of root's that must succeed in the end
    within: float = 30.0  # seconds, of the guest's own clock
    also: tuple[tuple[str, ...], Told] | None = None  # more flags, and what is to be told with them


WORLDS: Final = r"""
spoilt() { touch "/run/$1.spoilt"; }
have() { # a kind, then the module and its options: loads it anew only where that changes something
    kind=$1; shift
    [ "$(cat "/run/$kind" 2>/dev/null)" = "$*" ] && [ ! -e "/run/$kind.spoilt" ] && return
    lose "$kind"; modprobe "$@"; udevadm settle; echo "$*" >"/run/$kind"
}
lose() {
    for module in vivid snd-aloop snd-dummy snd-pcsp; do
        [ "$1" = "$(kind_of $module)" ] && [ -d "/sys/module/$(echo $module | tr - _)" ] && modprobe -r $module
    done
    udevadm settle; rm -f "/run/$1" "/run/$1.spoilt"
}
kind_of() { [ "$1" = vivid ] && echo camera || echo sound; }
camera() { rm -f /dev/video7 /dev/video9; have camera vivid n_devs="${1:-1}" node_types="${2:-0x1}"; }
control() { v4l2-ctl -d /dev/video0 -c "$1"; spoilt camera; }
dummy() { have sound snd-dummy pcm_devs=1 pcm_substreams=1; }
beeper() { have sound snd-pcsp; }
loopback() { have sound snd-aloop pcm_substreams=1; }
tone() { # amplitude, offset and clipping of a tone of 1 kHz, 60 s of two channels at a rate
    python3 -I - "$@" >/run/tone.raw <<'END'
import array, math, sys
loud, offset, rate = float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
values = (loud * math.sin(2 * math.pi * 1000 * n / rate) + offset for n in range(rate // 1000))
period = array.array("h", [round(32767 * max(-1, min(1, value))) for value in values for _ in (0, 1)])
sys.stdout.buffer.write(period.tobytes() * (1000 * 60))
END
}
until_true() { for _ in $(seq 200); do eval "$1" && return; sleep 0.05; done; echo "never: $1" >&2; return 1; }
"""
