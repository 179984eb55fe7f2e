"""What must be said of a camera: every row a real driver's, written before it was run."""

from collections.abc import Mapping
from typing import Final

from guest_row import Beside, Row, Told

_HOLDER: Final = ("v4l2-ctl", "-d", "/dev/video0", "--stream-mmap", "--stream-count=100000")
_STREAMS: Final = "grep -q video0 /proc/$PID/maps"
_NAME: Final = "vivid-000-vid-cap"
_DENIED: Final = Told(
    verdict="fail",
    cause="camera.denied",
    code=3001,
    exit=1,
    says=("permission denied", "/dev/video0", "group video"),
    action="Run sudo usermod -aG video $USER, then log out and in.",
)
_ABSENT: Final = Told(verdict="fail", cause="camera.absent", code=3002, exit=1, says=("there is no camera",))

LOOKED_AT: Final[Mapping[str, Row]] = {
    "works": Row(
        world="camera", told=Told(verdict="pass", says=(f"{_NAME}, free", "1280x720", "12.5", "/dev/video0", "vivid"))
    ),
    "works for root": Row(
        world="camera", user="root", groups=(), told=Told(verdict="pass", says=("to root; your app's user",))
    ),
    "no camera": Row(world="lose camera", told=_ABSENT),
    "not in the group": Row(world="camera", groups=("audio",), told=_DENIED),
    "joined the group, not logged in again": Row(
        world="camera; sed -i '/^video:/s/[^:]*$/caller/' /etc/group",
        groups=(),
        told=Told(
            verdict="fail",
            cause="camera.denied",
            code=3001,
            exit=1,
            says=("permission denied",),
            action="Log out and in: your user joined the group video after this login.",
        ),
        after="sed -i '/^video:/s/[^:]*$//' /etc/group",
    ),
    "udev's list lets in without the group": Row(
        world="camera; setfacl -m u:caller:rw /dev/video0; spoilt camera",
        groups=(),
        told=Told(verdict="pass", says=(f"{_NAME}, free",)),
    ),
    "held by a program of ours": Row(
        world="camera",
        beside=Beside(argv=_HOLDER, ready=_STREAMS),
        told=Told(
            verdict="fail",
            cause="camera.busy",
            code=3003,
            exit=1,
            says=("in use by v4l2-ctl (pid {pid})", "/dev/video0"),
            action="Close v4l2-ctl, then try again.",
        ),
    ),
    "held by another user's program": Row(
        world="camera",
        beside=Beside(argv=_HOLDER, ready=_STREAMS, user="other"),
        told=Told(
            verdict="fail", cause="camera.busy", code=3003, exit=1, says=("another user's app",), never=("v4l2-ctl",)
        ),
    ),
    "node without a driver": Row(
        world="lose camera; mknod -m 666 /dev/video7 c 81 99",
        told=Told(verdict="fail", cause="camera.hidden", code=3002, exit=1, says=("/dev/video7", "ENXIO")),
        after="rm /dev/video7",
    ),
    "node that is no camera": Row(
        world="lose camera; mknod -m 666 /dev/video9 c 1 3", told=_ABSENT, after="rm /dev/video9"
    ),
    "the kernel has it, /dev does not": Row(
        world="camera; rm /dev/video0; spoilt camera",
        told=Told(verdict="fail", cause="camera.hidden", code=3002, exit=1, says=(_NAME, "/dev/video0", "ENOENT")),
    ),
    "nodes for metadata and output are no cameras": Row(
        world="lose camera; camera 1 0xe0101; spoilt camera",
        told=Told(verdict="pass", says=(f"{_NAME}, free",), never=("meta", "vid-out", "another camera")),
    ),
    "only such nodes": Row(world="lose camera; camera 1 0xe0100; spoilt camera", told=_ABSENT),
    "a name that fits nothing": Row(
        world="camera 2 0x1,0x1",
        flags=("--camera", "Logitech"),
        told=Told(
            verdict="fail",
            cause="camera.not_found",
            code=3002,
            exit=1,
            says=('no camera is called "Logitech"', "vivid-000-vid-cap", "vivid-001-vid-cap"),
        ),
    ),
}

_BEFORE: Final = "v4l2-ctl -d /dev/video0 --get-fmt-video --get-parm >/run/format"
_AS_BEFORE: Final = "v4l2-ctl -d /dev/video0 --get-fmt-video --get-parm | busybox cmp - /run/format"
_LOST: Final = Told(verdict="fail", cause="camera.lost", code=3002, exit=1, says=(_NAME,))

PUT_TO_THE_TEST: Final[Mapping[str, Row]] = {
    "works": Row(
        world=f"camera; {_BEFORE}",
        told=Told(
            verdict="pass",
            says=("first picture after", "of 12.5 fps", "1280x720"),
            never=("black", "same picture"),
        ),
        after=_AS_BEFORE,
    ),
    "does not begin to stream": Row(
        world=f"camera; {_BEFORE}; control inject_vidioc_streamon_error=1",
        told=Told(verdict="fail", cause="camera.silent", code=3015, exit=1, says=("VIDIOC_STREAMON", "EINVAL")),
        after=_AS_BEFORE,
    ),
    "delivers nothing": Row(
        world=f"camera; {_BEFORE}; control percentage_of_dropped_buffers=100",
        told=Told(verdict="fail", cause="camera.silent", code=3015, exit=1, says=("no picture in 3.0 s",)),
        after=_AS_BEFORE,
        within=10,
    ),
    "drops half of its pictures": Row(
        world="camera; control percentage_of_dropped_buffers=50",
        told=Told(verdict="warn", cause="camera.slow", says=("fps",)),
    ),
    "black": Row(
        world=f"camera; {_BEFORE}; control test_pattern=5,osd_text_mode=2",
        told=Told(verdict="warn", cause="camera.black", says=("black pictures",)),
        after=_AS_BEFORE,
    ),
    "frozen, and colourful": Row(
        world="camera; control test_pattern=0,osd_text_mode=2",
        told=Told(verdict="warn", cause="camera.frozen", says=("same picture",)),
    ),
    "noise": Row(
        world="camera; control test_pattern=21,osd_text_mode=2",
        told=Told(verdict="pass", says=("first picture after",), never=("black", "same picture")),
    ),
    "lost while it streams": Row(
        world="camera; spoilt camera",
        later="until_true 'grep -l video0 /proc/[0-9]*/maps >/dev/null 2>&1'; sleep 0.6; control disconnect=1",
        told=_LOST,
    ),
    "lost while it streams, to a web app": Row(
        world="camera; spoilt camera",
        flags=("--platform", "web"),
        later="until_true 'grep -l video0 /proc/[0-9]*/maps >/dev/null 2>&1'; sleep 0.6; "
        "echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind",
        told=Told(verdict="fail", cause="camera.lost", code=3004, exit=1, says=(_NAME,)),
    ),
    "the second of two, by name": Row(
        world="camera 2 0x1,0x1; v4l2-ctl -d /dev/video0 -c test_pattern=5,osd_text_mode=2; spoilt camera",
        flags=("--camera", "vivid-001"),
        told=Told(verdict="pass", says=("vivid-001-vid-cap: first picture after",)),
    ),
}
