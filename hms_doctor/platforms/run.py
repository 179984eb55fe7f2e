"""Programs of the system that answer a question: run with a deadline, their words taken as data."""

import os
import subprocess
from collections.abc import Mapping
from typing import Final

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.platforms.processes import die_with_me

PATIENCE: Final = 3.0
"""Seconds that such a program may take."""
NOT_INSTALLED: Final = "is not installed"


@dataclass(frozen=True, kw_only=True)
class NoAnswer:
    """A program that is missing, failed or took too long; ``why`` is a clause with the program as its subject."""

    why: str


def answer_of(program: str, *arguments: str, patience: float = PATIENCE) -> str:
    """Give what a program prints; empty where there is none, it fails, or it takes too long."""
    answer = answer_from(program, *arguments, patience=patience)
    return answer if isinstance(answer, str) else ""


def answer_from(program: str, *arguments: str, patience: float = PATIENCE) -> str | NoAnswer:
    """Give what a program prints, or why it printed nothing that counts."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            [program, *arguments],
            capture_output=True,
            timeout=patience,
            check=False,
            env=_plain_locale(os.environ),
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return NoAnswer(why=f"gave no answer in {patience:g} s")
    except (FileNotFoundError, NotADirectoryError):
        return NoAnswer(why=NOT_INSTALLED)
    except OSError as error:
        return NoAnswer(why=f"could not be run: {error.strerror}")
    if done.returncode:
        return NoAnswer(why=f"said: {first_line(done.stderr)}")
    return done.stdout.decode("utf-8", "replace")


def first_line(words: bytes) -> str:
    """Give the first line of what a program complained of, at most 200 characters of it."""
    lines = words.decode("utf-8", "replace").strip().splitlines()
    return lines[0][:200] if lines else "nothing"


def client(program: str, *arguments: str, reads: bool = False) -> "subprocess.Popen[bytes] | None":
    """Start a program that works along with us, its streams piped (stdin only if it ``reads``); None without one.

    It dies with this process, however that ends; the caller ends it before that.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - fixed words, no shell
            [program, *arguments],
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=_plain_locale(os.environ),
            preexec_fn=die_with_me(),  # noqa: PLW1509 - one system call between fork and exec, and no lock
        )
    except OSError:
        return None


def _plain_locale(environ: Mapping[str, str]) -> dict[str, str]:
    # pactl 16 writes its numbers, JSON or not, with the locale's decimal comma.
    return {**environ, "LC_ALL": "C.UTF-8"}
