"""Standard output: where a report goes, and what to do when nobody takes it."""

import os
import sys

from hms_doctor.cli.errors import UsageError


def say(text: str) -> None:
    """Write to standard output now. A reader that has gone (`| head`) has seen enough; raises UsageError elsewhere."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        hush()
    except OSError as error:
        hush()
        raise UsageError(f"the output could not be written: {error.strerror}") from None


def hush() -> None:
    """Lead standard output nowhere, so that the interpreter has nothing left to fail with when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def prepare() -> None:
    """Have both streams there (a closed one leads nowhere) and never fail on a character that they cannot show."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # taken now, or the first socket would get the number of standard output
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - open until the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
