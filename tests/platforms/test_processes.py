"""Groups of processes, ends of processes, and programs of the system that answer or do not."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from device_lab import as_nobody, needs_root

from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.platforms.current import asked_first, surveys
from hms_doctor.platforms.files import names_in, text_of
from hms_doctor.platforms.posix import accepts, group_name, group_of, here, user_id
from hms_doctor.platforms.processes import ending, kill_group, own_group
from hms_doctor.platforms.roots import Roots
from hms_doctor.platforms.run import answer_of
from hms_doctor.platforms.told import objects, read, word


def test_a_group_is_killed_with_what_it_started() -> None:
    script = (
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE);"
        "print(p.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **own_group()
    ) as child:
        assert child.stdout is not None
        grandchild = int(child.stdout.readline())
        kill_group(child.pid)
        assert child.wait(timeout=10) == -signal.SIGKILL
    until = time.monotonic() + 5
    while _alive(grandchild) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _alive(grandchild)
    kill_group(child.pid)  # gone already: no error


def _alive(pid: int) -> bool:
    return "Z" not in text_of(Path(f"/proc/{pid}/stat")).rpartition(")")[2][:3] and Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (-6, "SIGABRT"),
        (-11, "SIGSEGV"),
        (-9, "SIGKILL"),
        (0, "exit status 0"),
        (1, "exit status 1"),
        (3221225477, "exit status 0xc0000005"),
    ],
)
def test_how_a_process_ended(status: int, told: str) -> None:
    assert ending(status) == told


def test_a_program_answers() -> None:
    assert answer_of("printf", "%s", "yes") == "yes"


@pytest.mark.parametrize("command", [("no-such-program-here",), ("false",), ("sleep", "60")])
def test_a_program_that_does_not_answer_says_nothing(command: tuple[str, ...]) -> None:
    began = time.monotonic()
    assert answer_of(*command, patience=0.2) == ""
    assert time.monotonic() - began < 10


def test_programs_speak_the_plain_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert answer_of("sh", "-c", "echo $LC_ALL") == "C.UTF-8\n"


def test_text_that_is_no_json_is_nothing() -> None:
    assert read("{") is None
    assert read("[" * 100_000) is None
    assert word({"a": {"b": "c"}}, "a", "b") == "c"
    assert word({"a": 3}, "a", "b") == ""
    assert list(objects({"a": [{}, 3]}, "a")) == [{}]


def test_here_is_this_user() -> None:
    told = here()
    assert told.is_root == (os.geteuid() == 0)
    assert told.user
    assert group_name(os.getegid()) in told.groups


@needs_root
def test_another_user_is_told_as_such(tmp_path: Path) -> None:
    told = as_nobody(here, tmp_path)
    assert (told.is_root, told.user) == (False, "nobody")


def test_groups_without_a_name_are_numbers(tmp_path: Path) -> None:
    assert group_name(987_654) == "987654"
    assert group_of(tmp_path / "none") == ""
    assert user_id() == os.geteuid()


def test_nobody_listens_at_a_path_without_a_socket(tmp_path: Path) -> None:
    assert not accepts(tmp_path / "none", 0.1)


def test_what_cannot_be_read_is_not_there(tmp_path: Path) -> None:
    assert text_of(tmp_path / "none") == ""
    assert text_of(tmp_path) == ""
    assert names_in(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("system", "first"),
    [("linux", "Video4Linux"), ("darwin", "AVFoundation"), ("win32", "PowerShell"), ("freebsd14", "the system")],
)
def test_the_system_says_what_is_asked_first(system: str, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert asked_first(DeviceKind.CAMERA) == first


@pytest.mark.parametrize("system", ["darwin", "win32"])
@pytest.mark.parametrize("kind", DeviceKind)
def test_every_system_gives_surveys(
    kind: DeviceKind, system: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    looked = surveys(kind, Roots(dev=tmp_path, sys=tmp_path, proc=tmp_path))
    assert list(looked)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "platform", system)
    found = surveys(kind, Roots())
    monkeypatch.undo()
    assert type(found) is type(looked)
