"""Programs of the system that answer a question: run with a deadline, their words taken as data."""

import os
import subprocess
from collections.abc import Mapping
from shutil import which
from typing import Final

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


def _plain_locale(environ: Mapping[str, str]) -> dict[str, str]:
    # pactl 16 writes its numbers, JSON or not, with the locale's decimal comma.
    return {**environ, "LC_ALL": "C.UTF-8"}
