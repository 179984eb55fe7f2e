"""Programs of the system that answer a question: run with a deadline, their words taken as data."""

import os
import subprocess
from collections.abc import Mapping
from shutil import which
from typing import Final

from hms_doctor.platforms.processes import die_with_me

PATIENCE: Final = 3.0
"""Seconds that such a program may take."""


def answer_of(program: str, *arguments: str, patience: float = PATIENCE) -> str:
    """Give what a program prints; empty where there is none, it fails, or it takes too long."""
    path = which(program)
    if path is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            [path, *arguments],
            capture_output=True,
            timeout=patience,
            check=False,
            env=_plain_locale(os.environ),
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def client(program: str, *arguments: str, reads: bool = False) -> "subprocess.Popen[bytes] | None":
    """Start a program that works along with us, its streams piped (stdin only if it ``reads``); None without one.

    It dies with this process, however that ends; the caller ends it before that.
    """
    path = which(program)
    if path is None:
        return None
    return subprocess.Popen(  # noqa: S603 - fixed words, no shell
        [path, *arguments],
        stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=_plain_locale(os.environ),
        preexec_fn=die_with_me(),  # noqa: PLW1509 - one system call between fork and exec, and no lock
    )


def _plain_locale(environ: Mapping[str, str]) -> dict[str, str]:
    # pactl 16 writes its numbers, JSON or not, with the locale's decimal comma.
    return {**environ, "LC_ALL": "C.UTF-8"}
