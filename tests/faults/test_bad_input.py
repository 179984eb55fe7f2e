"""What is wrong on the command line is told in one line, with exit code 2 and nothing on stdout."""

import re
from pathlib import Path

import pytest
from hms_children import plain_environment, run

CHECK = ("check", "--only", "token.format")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with every kind of file that a flag may name by mistake."""
    (tmp_path / "bytes").write_bytes(b"ab\x81\xfe")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "text").write_text("hello")
    (tmp_path / "token").write_text("a.b.c")
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("check", "--token-file", "{folder}/absent"), "absent"),
        (("check", "--token-file", "{folder}/folder"), "folder"),
        (("check", "--token-file", "/proc/self/mem"), "cannot be read"),
        (("check", "--secret-file", "/proc/self/mem"), "cannot be read"),
        (("check", "--token-file", "\x1b[31mevil\u202e"), "--token-file"),
        (("check", "--token", "a.b.c", "--token-file", "{folder}/token"), "contradict"),
        (("check", "-v", "-q"), "contradict"),
        (("check", "--only", "tokn"), "token"),
        (("check", "--skip", "no.such"), "no.such"),
        (("check", "--require", "no.such"), "no.such"),
        (("check", "--only", "\x1b[31mevil"), "evil"),
        (("check", "--format", "yaml"), "yaml"),
        (("check", "--output", "json"), "NAME=FILE"),
        (("check", "--output", "yaml={folder}/x"), "yaml"),
        (("check", "--output", "json={folder}/folder"), "folder"),
        (("check", "--output", "json={folder}/no/such/place"), "place"),
        (("check", "--proxy", "not a url"), "--proxy"),
        (("check", "--proxy", "ftp://h:1"), "--proxy"),
        (("check", "--proxy", "http://:80"), "--proxy"),
        (("check", "--proxy", "http://h:99999"), "--proxy"),
        (("check", "--proxy", "http://user:hunter2@[::1"), "--proxy"),
        (("check", "--timeout", "0"), "--timeout"),
        (("check", "--timeout", "-1"), "--timeout"),
        (("check", "--timeout", "nan"), "--timeout"),
        (("check", "--timeout", "inf"), "--timeout"),
        (("check", "--timeout", "soon"), "--timeout"),
        (("check", "--ca-file", "{folder}/absent"), "--ca-file"),
        (("check", "--ca-file", "{folder}/folder"), "--ca-file"),
        (("check", "--ca-file", "{folder}/empty"), "--ca-file"),
        (("check", "--ca-file", "{folder}/broken.pem"), "--ca-file"),
        (("check", "--ca-file", "/dev/zero"), "--ca-file"),
        (("check", "--platform", "symbian"), "symbian"),
        (("check", "--fail-on", "never"), "never"),
        (("check", "--secret-file", "{folder}/empty"), "--secret-file"),
        (("check", "--secret-file", "{folder}/bytes"), "--secret-file"),
        (("check", "--mint", "--room-id", "r"), "--mint"),
        (("check", "--mint", "--token", "a.b.c"), "--mint"),
        (("check", "--ice-server", "http://h"), "--ice-server"),
        (("check", "--ice-server", "turn:"), "--ice-server"),
        (("check", "--ice-credential", "x", "--ice-credential-file", "{folder}/text"), "--ice-credential"),
        (("check", "--no-such-flag"), "--no-such-flag"),
        (("check", "surplus"), "surplus"),
        (("chekc",), "chekc"),
        (("token", "decode", "--format", "junit", "a.b.c"), "junit"),
        (("token", "create", "--room-id", "r"), "--"),
        (("token", "verify", "a.b.c"), "secret"),
        (("network", "--firewall-request", "--format", "json"), "json"),
        (("network", "--timeout", "x"), "x"),
        (("devices", "--output", "json"), "NAME=FILE"),
        (("demo", "no-such-fault"), "no-such-fault"),
        (("demo", "healthy", "--format", "yaml"), "yaml"),
        (("simulate", "--port", "99999"), "99999"),
        (("codes", "--platform", "symbian"), "symbian"),
        (("list", "--format", "yaml"), "yaml"),
    ],
    ids=lambda value: " ".join(value).encode("unicode-escape").decode() if isinstance(value, tuple) else "",
)
async def test_a_mistake_is_one_line(arguments: tuple[str, ...], word: str, folder: Path) -> None:
    child = await run(*(argument.replace("{folder}", str(folder)) for argument in arguments))
    told = child.err
    assert child.code == 2, child.out + told
    assert child.out == ""
    assert told.count("\n") == 1, told
    assert told.startswith("hms-doctor: ")
    assert word in told
    assert "Traceback" not in told
    assert "hunter2" not in told
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told)


@pytest.mark.parametrize(
    ("name", "value"),
    [("HMS_DOCTOR_TIMEOUT", "soon"), ("HMS_PLATFORM", "symbian"), ("HMS_DOCTOR_TIMEOUT", "-3")],
)
async def test_a_bad_variable_is_one_line_too(name: str, value: str) -> None:
    child = await run(*CHECK, env=plain_environment(**{name: value}))
    assert (child.code, child.out) == (2, "")
    assert child.err.count("\n") == 1
    assert "Traceback" not in child.err


@pytest.mark.parametrize("stdin", [b"", b"\x00" * 1000, b"a.b.c" * 2_000_000, "\u202ea.b.c".encode()])
async def test_a_token_that_is_none_is_a_finding_not_a_mistake(stdin: bytes) -> None:
    child = await run(*CHECK, "--token", "-", "--format", "json", stdin=stdin)
    assert child.code == 1, child.err
    assert "2004" in child.out
    assert "Traceback" not in child.err
    assert child.peak_mb < 200
