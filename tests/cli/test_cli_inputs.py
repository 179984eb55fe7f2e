"""Secrets from flags, files, stdin and the environment."""

import io
import os
import sys
import threading
from pathlib import Path

import pytest
from tokens import token as made

from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.inputs import LARGEST_SECRET, given_secret, given_token, read_file, read_stdin, token_lines
from hms_doctor.model.token.facts import LARGEST_TOKEN


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "given"


def only(token_file: Path) -> str:
    [given] = given_token(None, str(token_file), {})
    return given.value.reveal()


def test_sources_stand_in_their_order(file: Path) -> None:
    file.write_text("file")
    environ = {"HMS_TOKEN": "env"}
    assert given_token("arg", None, environ)[0].value.reveal() == "arg"
    assert given_token(None, str(file), environ)[0].value.reveal() == "file"
    assert given_token(None, None, environ)[0].value.reveal() == "env"
    assert given_token(None, None, {}) == ()
    sources = (("a", None), (None, str(file)), (None, None))
    assert [given_token(token, path, environ)[0].origin for token, path in sources] == [
        "the command line", f"the file {file}", "HMS_TOKEN",
    ]  # fmt: skip


def test_two_sources_on_the_command_line_contradict() -> None:
    with pytest.raises(UsageError, match="contradict"):
        given_token("", "", {})


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"a\n", "a"),
        (b"a\r\n\r\n", "a"),
        (b" a ", " a "),
        (b"\xef\xbb\xbfa\n", "a"),
        ("a\r\n".encode("utf-16"), "a"),
        ("a".encode("utf-16-be"), "\x00a"),
        (b"\xfe\xff\x00a", "a"),
        (b"\xff\xfea", "\ufffd"),
        (b"", ""),
    ],
)
def test_a_file_is_read_as_text_whatever_is_in_it(raw: bytes, text: str, file: Path) -> None:
    file.write_bytes(raw)
    assert only(file) == text


def test_no_more_is_read_than_a_token_may_have(file: Path) -> None:
    file.write_bytes(b"x" * (LARGEST_TOKEN + 100))
    assert len(only(file)) == LARGEST_TOKEN + 1


def test_a_pipe_is_read_like_a_file(file: Path) -> None:
    os.mkfifo(file)
    writer = threading.Thread(target=lambda: file.write_text(made()))
    writer.start()
    read = only(file)
    writer.join()
    assert read.startswith("eyJ")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/nowhere/t.jwt", "--token-file /nowhere/t.jwt cannot be read (no such file or directory)"),
        ("/", "--token-file / is a folder"),
        ("x" * 5000, "--token-file cannot be read (file name too long)"),
        ("a\x00b", "not a possible file name"),
        ("", "--token-file wants the name of a file"),
        (made(), "was given a token"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_without_its_name_where_that_may_be_a_secret(path: str, words: str) -> None:
    with pytest.raises(UsageError) as wrong:
        given_token(None, path, {})
    assert words in str(wrong.value)
    assert len(str(wrong.value)) < 400


def test_a_device_that_fails_while_it_is_read_is_told() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        given_token(None, "/proc/self/mem", {})


def test_stdin_is_read_from_both_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    for argument, path in (("-", None), (None, "-")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"abc\n")))
        [given] = given_token(argument, path, {})
        assert (given.value.reveal(), given.origin) == ("abc", "standard input")


def test_without_stdin_a_file_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UsageError, match="give a file"):
        read_stdin()


def test_at_a_terminal_it_says_what_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    master, slave = os.openpty()
    with os.fdopen(slave, encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        read_stdin()
    os.close(master)
    assert "end with Ctrl-D" in capsys.readouterr().err


def lines(raw: bytes) -> list[tuple[str, str]]:
    return [(given.value.reveal(), given.origin) for given in token_lines(io.BytesIO(raw))]


def test_each_line_is_a_token_and_blank_lines_at_the_end_are_none() -> None:
    assert lines(b"a\n\n \nb\r\n\n\n") == [("a", "line 1"), ("", "line 2"), ("", "line 3"), ("b", "line 4")]
    assert lines(b"") == lines(b"\n\n") == []
    assert lines("a\r\nb".encode("utf-16")) == [("a", "line 1"), ("b", "line 2")]


def test_a_line_that_is_too_long_does_not_spill_into_the_next() -> None:
    read = lines(b"x" * (LARGEST_TOKEN + 10) + b"\nb\n")
    assert [len(text) for text, _ in read] == [LARGEST_TOKEN + 1, 1]


def test_the_app_secret_comes_from_file_or_environment(file: Path) -> None:
    file.write_text("s3cret\n")
    assert given_secret(str(file), {"HMS_APP_SECRET": "other"})[0].value.reveal() == "s3cret"
    assert given_secret(None, {"HMS_APP_SECRET": "other\n"})[0].value.reveal() == "other\n"
    assert given_secret(None, {"HMS_APP_SECRET": ""}) == given_secret(None, {}) == ()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty file"),
        (b" \n", "empty file"),
        (b"a\xff", "no text"),
        (b"a\x00b", "no text"),
        (b"x" * 70000, "no secret"),
    ],
)
def test_a_secret_file_that_holds_none_is_told(raw: bytes, words: str, file: Path) -> None:
    file.write_bytes(raw)
    with pytest.raises(UsageError, match=words) as wrong:
        given_secret(str(file), {})
    assert str(file) not in str(wrong.value)


def test_a_secret_in_the_environment_that_is_no_text_is_told() -> None:
    with pytest.raises(UsageError, match="HMS_APP_SECRET is no text"):
        given_secret(None, {"HMS_APP_SECRET": "a\udcff"})


def test_a_small_file_is_read_whole(file: Path) -> None:
    file.write_text("x" * LARGEST_SECRET)
    assert len(read_file(str(file), "--ice-credential-file")) == LARGEST_SECRET
