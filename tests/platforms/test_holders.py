"""Who holds a camera, by real processes: open, mapped, many of them."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from hms_doctor.model.devices.surveys import Holder, HolderUnseen
from hms_doctor.platforms.holders import streaming_holder

_HOLD = "import sys; file = open(sys.argv[1]); print(flush=True); sys.stdin.read()"
_MAP = (
    "import mmap, sys; file = open(sys.argv[1]); kept = mmap.mmap(file.fileno(), 4096, access=mmap.ACCESS_READ);"
    "print(flush=True); sys.stdin.read()"
)


@contextmanager
def holding(node: Path, how: str) -> Iterator[int]:
    with Popen([sys.executable, "-c", how, str(node)], stdin=PIPE, stdout=PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        yield other.pid
        other.communicate(timeout=10)


@pytest.fixture
def node(tmp_path: Path) -> Path:
    path = tmp_path / "video0"
    path.write_bytes(bytes(4096))
    return path


def test_who_has_buffers_mapped_streams(node: Path) -> None:
    with holding(node, _HOLD), holding(node, _MAP) as streaming, holding(node, _HOLD):
        seen = streaming_holder(node, Path("/proc"))
    assert isinstance(seen, Holder)
    assert seen.pid == streaming


def lay_out(proc: Path, pid: int, comm: str, node: Path, *, maps: str = "") -> None:
    (proc / str(pid) / "fd").mkdir(parents=True)
    (proc / str(pid) / "fd" / "3").symlink_to(node)
    (proc / str(pid) / "comm").write_text(f"{comm}\n")
    (proc / str(pid) / "maps").write_text(maps)


@pytest.mark.parametrize(
    ("processes", "name", "pid"),
    [
        ([(10, "pipewire", ""), (20, "zoom", "")], "Zoom", 20),
        ([(30, "wireplumber", ""), (20, "chrome", "")], "Chrome", 20),
        ([(10, "pipewire", "")], "PipeWire", 10),
        ([(10, "pipewire", "7f00-7f01 r--s 0 00:06 1 {node}"), (20, "obs", "")], "PipeWire", 10),
        ([(10, "cheese", "7f00-7f01 r--s 0 00:06 1 {node}"), (20, "obs", "")], "Cheese", 10),
        ([(10, "cheese", "7f00-7f01 r--s 0 00:06 1 {node}0")], "Cheese", 10),
    ],
)
def test_a_program_that_keeps_a_camera_open_for_others_is_named_last(
    tmp_path: Path, node: Path, processes: list[tuple[int, str, str]], name: str, pid: int
) -> None:
    for number, comm, maps in processes:
        lay_out(tmp_path / "proc", number, comm, node, maps=maps.format(node=node))
    assert streaming_holder(node, tmp_path / "proc") == Holder(name=name, pid=pid)


def test_thousands_of_processes_take_no_longer_than_the_patience(tmp_path: Path, node: Path) -> None:
    proc = tmp_path / "proc"
    for number in range(2, 3000):
        (proc / str(number)).mkdir(parents=True)
    for number in range(400):
        (proc / "2900/fd").mkdir(exist_ok=True)
        (proc / "2900/fd" / str(number)).symlink_to("/dev/null")
    lay_out(proc, 1, "systemd", node)
    began = time.monotonic()
    seen = streaming_holder(node, proc)
    assert time.monotonic() - began < 2.0  # at most 0.5 s, and what one look takes
    assert seen in {HolderUnseen(), Holder(name="systemd", pid=1)}


def test_nobody_is_seen(tmp_path: Path, node: Path) -> None:
    assert streaming_holder(node, tmp_path / "nowhere") == HolderUnseen()
