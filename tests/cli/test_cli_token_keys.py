"""`hms-doctor token verify | create` as real processes."""

import subprocess
import sys
from pathlib import Path

import pytest
from token_cli import PLAIN, ROOT, report, root, run, statuses
from tokens import ACCESS_KEY, APP_SECRET, ROOM, token


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "t.jwt"


def test_verify_tells_the_right_secret_from_another(file: Path) -> None:
    file.write_text(APP_SECRET + "\n")
    good = report("verify", "-", "--secret-file", str(file), stdin=token().encode())
    assert statuses(good)["token.signature"] == "pass"
    bad = report("verify", "-", stdin=token().encode(), HMS_APP_SECRET="another secret")
    assert root(bad) == ("token.signature", 40109)
    wrapped = report("verify", "-", stdin=token().encode(), HMS_APP_SECRET=f'"{APP_SECRET}"')
    assert root(wrapped) == ("token.secret_wrapped", None)
    assert (
        "signature ✓ signed with this app secret"
        in run("verify", "-", stdin=token().encode(), HMS_APP_SECRET=APP_SECRET).stdout
    )
    assert statuses(report("verify", "-", stdin=b"hello", HMS_APP_SECRET="x"))["token.signature"] == "skip"


WHO = ("--room-id", ROOM, "--user-id", "u-17", "--role", "host")


def test_create_prints_the_token_alone_and_verify_accepts_it() -> None:
    keys = {"HMS_ACCESS_KEY": ACCESS_KEY, "HMS_APP_SECRET": APP_SECRET}
    made = run("create", *WHO, "--valid-for", "7d", stdin=b"", **keys)
    assert (made.returncode, made.stderr, made.stdout.count("\n")) == (0, "", 1)
    told = report("verify", "-", stdin=made.stdout.encode(), **keys)
    assert told["verdict"] == "pass"
    shown = told["token"]
    assert isinstance(shown, dict)
    assert (shown["claims"]["type"], shown["claims"]["version"]) == ("app", 2)
    assert shown["claims"]["exp"] - shown["claims"]["iat"] == 7 * 86400 + 10


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--valid-for", "1y"), "write it as 10m, 24h, 7d"),
        (("--valid-for", "0h"), "write it as 10m, 24h, 7d"),
        (("--valid-for", "99999d"), "more than ten years"),
        (("--access-key", ""), "also needs --access-key"),
    ],
)
def test_create_refuses_what_makes_no_sense(flags: tuple[str, ...], words: str) -> None:
    done = run("create", *WHO, *flags, HMS_ACCESS_KEY=ACCESS_KEY, HMS_APP_SECRET=APP_SECRET)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_create_warns_of_what_looks_odd_and_makes_it() -> None:
    done = run(
        "create",
        "--room-id",
        "standup",
        "--user-id",
        "u",
        "--role",
        "host",
        HMS_ACCESS_KEY=ACCESS_KEY,
        HMS_APP_SECRET="s",
    )
    assert done.returncode == 0
    assert done.stdout.startswith("eyJ")
    assert "room_id has not the form" in done.stderr


def test_create_refuses_what_is_no_text() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hms_doctor", "token", "create", *WHO, b"--role", b"\xff"],
        capture_output=True, cwd=ROOT, env={**PLAIN, "HMS_ACCESS_KEY": "k", "HMS_APP_SECRET": "s"}, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert b"is no text" in done.stderr
