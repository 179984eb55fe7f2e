"""The committed completion files are what the program generates, and the shells that are here complete with them."""

import os
import pty
import select
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETIONS = ROOT / "completions"
FILES = {"bash": "hms-doctor.bash", "zsh": "_hms-doctor", "fish": "hms-doctor.fish", "powershell": "hms-doctor.ps1"}
FIRST_TAB = '[ "${zsh_eval_context[-1]}" != loadautofunc ] || _hms_doctor_completion "$@"\n'
"""What `completions/make` adds for zsh: loaded from the search path at the first Tab, the file answers that Tab too."""


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """An environment in which ``hms-doctor`` is this clone."""
    script = tmp_path / "hms-doctor"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m hms_doctor "$@"\n', encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path), "TERM": "xterm", "LC_ALL": "C.UTF-8"}


def shell(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


@pytest.mark.parametrize("name", FILES)
def test_the_committed_file_is_what_is_generated(name: str) -> None:
    generated = subprocess.run(
        (sys.executable, "-m", "hms_doctor"),
        cwd=ROOT,
        env={**os.environ, "_HMS_DOCTOR_COMPLETE": f"source_{name}"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    committed = (COMPLETIONS / FILES[name]).read_text(encoding="utf-8")
    assert committed.removesuffix(FIRST_TAB) == generated.lstrip("\n")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("exp", "explain"),
        ("token dec", "decode"),
        ("check --platf", "--platform"),
        ("check --jo", "--join"),
        ("demo turn-quo", "turn-quota"),
        ("check --only token.fo", "token.format"),
        ("explain 4005", "4005"),
    ],
)
def test_bash_completes(words: str, offered: str, environment: Mapping[str, str]) -> None:
    line = ["hms-doctor", *words.split()]
    script = (
        f"source {COMPLETIONS / 'hms-doctor.bash'}; COMP_WORDS=({' '.join(line)}); COMP_CWORD={len(line) - 1};"
        ' _hms_doctor_completion hms-doctor; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        (shell("bash"), "--norc", "-c", script), env=environment, capture_output=True, text=True, check=True
    )
    assert offered in done.stdout.split()


@pytest.mark.parametrize(("words", "offered"), [("exp", "explain"), ("demo turn-quo", "turn-quota")])
def test_fish_completes(words: str, offered: str, environment: Mapping[str, str]) -> None:
    script = f"source {COMPLETIONS / 'hms-doctor.fish'}; complete --do-complete 'hms-doctor {words}'"
    done = subprocess.run(
        (shell("fish"), "--no-config", "-c", script), env=environment, capture_output=True, text=True, check=True
    )
    assert offered in done.stdout.split()


def test_zsh_completes_from_its_search_path(environment: Mapping[str, str]) -> None:
    zsh = shell("zsh")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(zsh, (zsh, "-f"), dict(environment))  # noqa: S606 - the shell is what is tested
    try:
        os.write(terminal, f"PS1=; fpath+={COMPLETIONS}; autoload -U compinit; compinit -u -D; echo rea''dy\n".encode())
        assert "ready" in until(terminal, "ready")
        os.write(terminal, b"hms-doctor expl\t")
        assert "hms-doctor explain" in until(terminal, "hms-doctor explain")
    finally:
        os.write(terminal, b"\x15exit\n")
        os.close(terminal)
        os.waitpid(pid, 0)


def until(terminal: int, text: str, seconds: float = 20) -> str:
    """Read a terminal until a text appears in it, or time is up."""
    seen, end = "", time.monotonic() + seconds
    while text not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 65536).decode("utf-8", "replace")
    return seen
