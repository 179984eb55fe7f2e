"""Video nodes: files of a real file system, and what a driver answers."""

import os
import socket
import sys
from pathlib import Path
from struct import pack
from subprocess import PIPE, Popen

import pytest
from device_lab import as_nobody, needs_root

from hms_doctor.model.devices.cameras import CameraOpened, NotVideo
from hms_doctor.model.devices.surveys import Holder, HolderUnseen, NotOpened
from hms_doctor.platforms.holders import program, streaming_holder
from hms_doctor.platforms.roots import Roots
from hms_doctor.platforms.v4l import camera_nodes, is_busy
from hms_doctor.platforms.v4l_structs import parse_capability

CAPTURE, META, OUTPUT, M2M, MPLANE, IO_MC, STREAMING = 0x1, 0x00800000, 0x2, 0x8000, 0x1000, 0x20000000, 0x04000000


def capability(caps: int, *, of_node: bool = True, driver: bytes = b"uvcvideo") -> bytes:
    told = (0x80000000 | CAPTURE | META, caps) if of_node else (caps, 0)
    return pack("=16s32s32sIII12x", driver, b"Integrated Camera", b"usb-0000:00:14.0-8", 0x60100, *told)


@pytest.mark.parametrize(
    ("caps", "captures", "media_controller"),
    [
        (CAPTURE | STREAMING, True, False),
        (MPLANE | STREAMING, True, False),
        (META | STREAMING, False, False),
        (OUTPUT, False, False),
        (CAPTURE | OUTPUT | M2M, False, False),
        (CAPTURE | STREAMING | IO_MC, True, True),
    ],
)
def test_the_capabilities_of_a_node_tell_a_webcam(caps: int, captures: bool, media_controller: bool) -> None:
    assert parse_capability(capability(caps)) == CameraOpened(
        driver="uvcvideo",
        bus="usb-0000:00:14.0-8",
        card="Integrated Camera",
        captures=captures,
        media_controller=media_controller,
        buffers="",
    )


def test_an_old_driver_tells_only_the_capabilities_of_the_device() -> None:
    assert parse_capability(capability(CAPTURE, of_node=False)).captures


def test_an_image_processor_is_no_webcam() -> None:
    assert parse_capability(capability(CAPTURE, driver=b"bcm2835-isp")).media_controller


def test_a_driver_name_may_be_any_bytes() -> None:
    assert parse_capability(capability(CAPTURE, driver=b"\xff" * 16)).driver == "�" * 16


def roots_in(root: Path) -> Roots:
    roots = Roots(dev=root / "dev", sys=root / "sys", proc=root / "proc")
    roots.dev.mkdir()
    (roots.sys / "class" / "video4linux").mkdir(parents=True)
    roots.proc.mkdir()
    return roots


def known(roots: Roots, name: str, called: str) -> None:
    folder = roots.sys / "class" / "video4linux" / name
    folder.mkdir()
    (folder / "name").write_text(f"{called}\n")


def test_a_machine_without_cameras(tmp_path: Path) -> None:
    assert list(camera_nodes(Roots(dev=tmp_path / "no", sys=tmp_path / "no", proc=tmp_path))) == []


def test_a_file_that_is_no_video_device(tmp_path: Path) -> None:
    roots = roots_in(tmp_path)
    (roots.dev / "video0").touch()
    [node] = camera_nodes(roots)
    assert (node.look, node.name) == (NotVideo(errno="ENOTTY"), "video0")


def test_a_camera_that_only_the_kernel_knows(tmp_path: Path) -> None:
    roots = roots_in(tmp_path)
    known(roots, "video0", "Integrated Camera")
    [node] = camera_nodes(roots)
    assert (node.look, node.name, node.group) == (NotOpened(errno="ENOENT"), "Integrated Camera", "")


def test_a_node_without_a_driver(tmp_path: Path) -> None:
    roots = roots_in(tmp_path)
    with socket.socket(socket.AF_UNIX) as odd:
        odd.bind(str(roots.dev / "video0"))
        [node] = camera_nodes(roots)
    assert node.look == NotOpened(errno="ENXIO")


@needs_root
def test_a_node_of_another_group_is_denied(tmp_path: Path) -> None:
    roots = roots_in(tmp_path)
    (roots.dev / "video0").touch(mode=0)
    os.chown(roots.dev / "video0", 0, 44)
    [node] = as_nobody(lambda: list(camera_nodes(roots)), tmp_path)
    assert node.look == NotOpened(errno="EACCES")
    assert node.group in {"video", "44"}


def test_nodes_come_in_the_order_of_their_numbers_and_others_are_left_alone(tmp_path: Path) -> None:
    roots = roots_in(tmp_path)
    for name in ("video10", "video2", "v4l-subdev0", "videox", "vbi0"):
        (roots.dev / name).touch()
    assert [Path(node.path).name for node in camera_nodes(roots)] == ["video2", "video10"]


@pytest.mark.parametrize(
    ("look", "busy"),
    [
        (CameraOpened(driver="", bus="", captures=True, media_controller=False, buffers="EBUSY"), True),
        (CameraOpened(driver="", bus="", captures=True, media_controller=False, buffers=""), False),
        (NotOpened(errno="EBUSY"), True),
        (NotOpened(errno="EACCES"), False),
        (NotVideo(errno="ENOTTY"), False),
    ],
)
def test_busy_is_told_by_errno(look: CameraOpened | NotOpened | NotVideo, busy: bool) -> None:
    assert is_busy(look) is busy


def test_the_holder_is_the_process_with_the_node_open(tmp_path: Path) -> None:
    node = tmp_path / "video0"
    node.touch()
    with node.open():
        assert streaming_holder(node, Path("/proc")) == HolderUnseen()  # ourselves do not count
    hold = "import sys; file = open(sys.argv[1]); print(flush=True); sys.stdin.read()"
    with Popen([sys.executable, "-c", hold, str(node)], stdin=PIPE, stdout=PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        seen = streaming_holder(node, Path("/proc"))
        other.communicate(timeout=10)
    assert isinstance(seen, Holder)
    assert seen.pid == other.pid
    assert seen.name.startswith("python")


def test_a_process_that_is_gone_has_no_name() -> None:
    assert program(Path("/proc"), 1 << 30) == Holder(name="another program", pid=1 << 30)


def of_device(roots: Roots, node: str, device: str, **files: str) -> None:
    """Say in sysfs to which device a node belongs, and what else of it."""
    folder = roots.sys / "class" / "video4linux" / node
    folder.mkdir(exist_ok=True)
    (folder / "device").symlink_to(f"../../{device}")
    for file, text in files.items():
        (folder / file).write_text(f"{text}\n")


def test_which_of_its_devices_nodes_a_node_is(tmp_path: Path) -> None:
    roots = roots_in(tmp_path)
    for node, index in (("video0", "0"), ("video1", "1"), ("video2", "x")):
        of_device(roots, node, "1-8:1.0", index=index, name="Integrated Camera")
    assert [(seen.name, seen.index) for seen in camera_nodes(roots)] == [
        ("Integrated Camera", 0),
        ("Integrated Camera", 1),
        ("Integrated Camera", 0),
    ]


def test_a_part_of_a_pipeline_has_sub_devices_beside_it(tmp_path: Path) -> None:
    roots = roots_in(tmp_path)
    of_device(roots, "video0", "0000:00:05.0", name="Intel IPU6 ISYS Capture 0")
    of_device(roots, "v4l-subdev0", "0000:00:05.0")
    of_device(roots, "video1", "1-8:1.0", name="Webcam")
    of_device(roots, "v4l-subdev1", "elsewhere")
    assert [node.in_pipeline for node in camera_nodes(roots)] == [True, False]


def test_a_nodes_permissions_and_a_name_of_any_length(tmp_path: Path) -> None:
    roots = roots_in(tmp_path)
    known(roots, "video0", "x" * 5000)
    (roots.dev / "video0").touch()
    (roots.dev / "video0").chmod(0o640)
    [node] = camera_nodes(roots)
    assert (node.mode, node.name) == (0o640, "x" * 100)


def test_a_machine_with_more_nodes_than_anybody_has(tmp_path: Path) -> None:
    roots = roots_in(tmp_path)
    for number in range(80):
        (roots.dev / f"video{number}").touch()
    assert len(list(camera_nodes(roots))) == 64
