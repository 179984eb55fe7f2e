"""Secrets from flags, files, stdin and the environment. No error quotes what may be one."""

import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from hms_doctor.cli.errors import UsageError
from hms_doctor.model.secret import Secret
from hms_doctor.model.token.facts import LARGEST_TOKEN, TokenText

if TYPE_CHECKING:
    from hms_doctor.model.settings import AppSecret

STDIN: Final = "-"
LARGEST_SECRET: Final = 64 * 1024
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_PATH: Final = 255


def given_token(token: str | None, token_file: str | None, environ: Mapping[str, str]) -> tuple[TokenText, ...]:
    """Give the token from the argument (``-``: stdin), the file or ``HMS_TOKEN``, in this order; empty where none is.

    Whatever text is in there is the token's form to judge. Raises UsageError for two sources named at once, for a file
    that cannot be read, and for bytes that are no text.
    """
    if token is not None and token_file is not None:
        raise UsageError("a token and --token-file contradict each other: give one of them")
    if STDIN in {token, token_file}:
        return (_whole(_first(read_stdin()), "standard input"),)
    if token is not None:
        return (_token(token, "the command line"),)
    if token_file is not None:
        with open_file(token_file, "--token-file") as stream:
            return (_whole(_first(stream), f"the file {token_file}"),)
    return (_whole(environ["HMS_TOKEN"], "HMS_TOKEN"),) if "HMS_TOKEN" in environ else ()


def _whole(text: str, origin: str) -> TokenText:
    """Take a token that was read; a byte that is no text means that something else was handed over."""
    undecodable = next((i for i, character in enumerate(text) if "\ud800" <= character <= "\udfff"), -1)
    if undecodable >= 0:
        raise UsageError(f"{origin} is no text (character {undecodable + 1} is not UTF-8): hand over the token as text")
    return _token(text, origin)


def _token(text: str, origin: str) -> TokenText:
    return TokenText(value=Secret(text), origin=origin)


def _first(stream: BinaryIO) -> str:
    """Read at most one character more than a token may have; a text file ends in a line break, which is not its own."""
    return _read(stream, LARGEST_TOKEN, "the token").rstrip("\r\n")


def _read(stream: BinaryIO, most: int, what: str) -> str:
    """Read at most one character more than ``most``, and leave the stream open."""
    text = _text(stream)
    try:
        return text.read(most + 1)
    except OSError as error:
        raise UsageError(f"{what} cannot be read ({error.strerror}): name a file") from None
    finally:
        text.detach()


def token_lines(stream: BinaryIO) -> Iterator[TokenText]:
    """Give the token of each line as it is read; lines that hold nothing at the end of the file are no tokens."""
    text, number, blank = _text(stream), 0, 0
    while line := text.readline(LARGEST_TOKEN + 1):
        number += 1
        if len(line) > LARGEST_TOKEN:
            _skip_line(text)
        if not line.strip():
            blank += 1
            continue
        yield from (_token("", f"line {number - 1 - before}") for before in reversed(range(blank)))
        blank = 0
        yield _token(line.rstrip("\r\n"), f"line {number}")


def _skip_line(text: io.TextIOWrapper) -> None:
    while (rest := text.readline(LARGEST_TOKEN)) and not rest.endswith("\n"):
        pass


def _text(stream: BinaryIO) -> io.TextIOWrapper:
    """Read bytes as text whatever they are: UTF-8 with or without its mark, UTF-16 as Windows shells write it."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(io.BytesIO(stream.read()))
    try:
        mark = buffered.peek(2)[:2]
    except OSError as error:
        raise UsageError(f"what was named cannot be read ({error.strerror}): name a file") from None
    if mark in _UTF16:
        return io.TextIOWrapper(buffered, encoding="utf-16", errors="replace", newline="\n")
    return io.TextIOWrapper(buffered, encoding="utf-8-sig", errors="surrogateescape", newline="\n")


def read_stdin() -> BinaryIO:
    """Give standard input; a person at a terminal is told what is waited for."""
    if sys.stdin is None:
        raise UsageError("there is no standard input: give a file")
    if sys.stdin.isatty():
        sys.stderr.write("hms-doctor: reading from standard input; end with Ctrl-D (Windows: Ctrl-Z, Enter)\n")
    return sys.stdin.buffer


def open_file(path: str, flag: str) -> BinaryIO:
    """Open a file that a flag names. Raises UsageError, which quotes the path only where it cannot be the secret."""
    if not path:
        raise UsageError(f"{flag} wants the name of a file")
    if ".ey" in path:
        raise UsageError(f"{flag} wants the name of a file and was given a token: pass a token by HMS_TOKEN or stdin")
    named = flag == "--token-file" and len(path) <= _LONGEST_PATH
    place = f"{flag} {path}" if named else flag
    try:
        return Path(path).open("rb")
    except IsADirectoryError:
        raise UsageError(f"{place} is a folder: name a file") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "not a possible file name"
        raise UsageError(f"{place} cannot be read ({why.lower()}): name a file that this user can read") from None


def read_file(path: str, flag: str) -> str:
    """Read a small text file whole, as it stands. Raises UsageError for one that is unreadable, large or no text."""
    with open_file(path, flag) as stream:
        text = _read(stream, LARGEST_SECRET, flag)
    if len(text) > LARGEST_SECRET:
        raise UsageError(f"{flag} names a file of more than {LARGEST_SECRET // 1024} kB: that is no secret")
    if not _is_text(text):
        raise UsageError(f"{flag} names a file that is no text: write the value into it as UTF-8")
    return text


def _is_text(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" or character in "\ufffd\x00" for character in text)


def given_secret(secret_file: str | None, environ: Mapping[str, str]) -> "tuple[AppSecret, ...]":
    """Give the app secret from the file or ``HMS_APP_SECRET``; an empty variable counts as none. Raises UsageError."""
    from hms_doctor.model.settings import AppSecret

    if secret_file is not None:
        secret, source = read_file(secret_file, "--secret-file").rstrip("\r\n"), "--secret-file"
        if not secret.strip():
            raise UsageError("--secret-file names an empty file: write the app secret into it")
    else:
        secret, source = environ.get("HMS_APP_SECRET", ""), "HMS_APP_SECRET"
    if not _is_text(secret):
        raise UsageError(f"{source} is no text: copy the app secret from the 100ms dashboard again")
    return (AppSecret(value=Secret(secret)),) if secret else ()
