"""What strangers give to `hms-doctor token`, and what must never come out."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from token_cli import PLAIN, ROOT, UNCOUNTED, report, root, run
from tokens import APP_SECRET, signed, token


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "t.jwt"


@pytest.mark.parametrize(
    "raw",
    [b"\xff\xfe\xfd", b"\x00\x01", b"x" * (4 * 1024 * 1024 + 1), bytes(range(128))],
    ids=["utf-16", "nul", "4-mb", "ascii"],
)
def test_text_that_is_no_token_is_2004(raw: bytes) -> None:
    assert root(report("decode", "-", stdin=raw))[1] == 2004


@pytest.mark.parametrize("raw", [b"\x80" * 100, bytes(range(256)), b"eyJ\xff"], ids=["continuation", "all", "one"])
def test_bytes_that_are_no_text_are_a_wrong_input(raw: bytes, file: Path) -> None:
    file.write_bytes(raw)
    for done in (run("decode", "-", stdin=raw), run("decode", "--token-file", str(file))):
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert "is not UTF-8" in done.stderr


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("decode", "x", "--token-file", "y"), "contradict"),
        (("decode", "--token-file", "/nowhere/at/all"), "--token-file /nowhere/at/all cannot be read"),
        (("decode", "--token-file", str(ROOT)), "is a folder"),
        (("decode", "--token-file", token()), "was given a token"),
        (("decode", "--format", "yaml", "-"), "yaml"),
        (("decode", "--batch"), "--batch wants --token-file"),
        (("decode", "--batch", "x"), "--batch wants --token-file"),
        (("verify", "x"), "give --secret-file F or set HMS_APP_SECRET"),
        (("verify", "x", "--secret-file", "/nowhere"), "--secret-file cannot be read"),
        (("create", "--room-id", "r"), "token create also needs --user-id, --role, --access-key"),
        (("create", "--valid-for", "1y", "--room-id", "r", "--user-id", "u", "--role", "h"), "also needs"),
    ],
)
def test_what_is_wrong_with_the_command_line_is_one_line_and_exit_2(argv: tuple[str, ...], words: str) -> None:
    done = run(*argv)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr
    assert token().split(".")[1][:40] not in done.stderr


HOSTILE = "\x1b[31m[bold]red[/bold]\r\n\u202eevil\u2066\x00\x9b2J"


def test_hostile_claims_come_out_escaped_in_every_format() -> None:
    text = token(user_id=HOSTILE, role=HOSTILE, room_id="a b", **{"\x1b]0;x\x07": "y"}).encode()
    for argv in (("decode", "-"), ("decode", "-", "--format", "json"), ("decode", "-", "--batch")):
        told = run(*argv, stdin=text).stdout
        assert not any((ord(c) < 32 and c != "\n") or c in "\x7f\x9b\u202e\u2066" for c in told)
        assert "[bold]red[/bold]" in told


def test_lone_surrogates_and_huge_numbers_come_out_as_text_and_json() -> None:
    text = signed(b'{"role":"\\ud800","exp":' + b"9" * 5000 + b',"nbf":1e999,"iat":-0.0,"a":[[[{}]]]}').encode()
    told = report("decode", "-", stdin=text)
    assert root(told)[1] is not None
    assert run("decode", "-", stdin=text).returncode == 1


def test_nothing_shows_token_signature_or_secret(file: Path) -> None:
    file.write_text(APP_SECRET)
    text = token(note=APP_SECRET, again=token())
    parts = [part for part in text.split(".") if len(part) > 30]
    for argv in (
        ("decode", "-"),
        ("verify", "-", "--secret-file", str(file)),
        ("verify", "-", "--batch", "--secret-file", str(file)),
    ):
        for form in ((), ("--format", "json")):
            for given in (text, f"Bearer {text}", text[:-1] + "!", text + "."):
                done = run(*argv, *form, stdin=given.encode(), **UNCOUNTED)
                seen = done.stdout + done.stderr
                assert not any(part[:24] in seen for part in parts)
                assert "secret-file" not in " ".join(argv) or APP_SECRET not in seen
                assert "Traceback" not in seen


@pytest.mark.parametrize(("environ", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_only_where_a_terminal_shows_it(environ: dict[str, str], coloured: bool, file: Path) -> None:
    file.write_text(token(user_id=17))
    master, slave = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "hms_doctor", "token", "decode", "--token-file", str(file)],
        stdout=slave, cwd=ROOT, env={**PLAIN, "TERM": "xterm", **environ}, check=False,
    )  # fmt: skip
    os.close(slave)
    shown = os.read(master, 65536)
    os.close(master)
    assert done.returncode == 1
    assert (b"\x1b[" in shown) is coloured
    assert "\x1b" not in run("decode", "--token-file", str(file)).stdout


def test_decoding_loads_no_heavy_library(file: Path) -> None:
    file.write_text(token())
    code = (
        "import sys; from hms_doctor.cli.token import token_app\n"
        "try: token_app(['decode', '--token-file', sys.argv[1]])\n"
        "except SystemExit: pass\n"
        "heavy = {'asyncio', 'rich', 'jwt', 'httpx', 'cryptography', 'ssl', 'hms_doctor.checks'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, cwd=ROOT, env=PLAIN, check=True
    )
    assert done.stderr == "[]\n"
    assert "PASS" in done.stdout
