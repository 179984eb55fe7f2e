"""`hms-doctor token decode | verify | create` as a real process."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest
from tokens import ABSENT, ACCESS_KEY, APP_SECRET, ROOM, segment, signed, token

from hms_doctor.checks import token_claims, token_format, token_time
from hms_doctor.cli.token_report import TITLES
from hms_doctor.reporters.schema import SCHEMA

ROOT = Path(__file__).resolve().parents[2]
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("HMS_", "FORCE_", "NO_COLOR", "CI"))}


def run(*argv: str, stdin: bytes = b"", **environ: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "hms_doctor", "token", *argv],
        input=stdin, capture_output=True, cwd=ROOT, env={**PLAIN, **environ}, timeout=50, check=False,
    )  # fmt: skip
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def report(*argv: str, stdin: bytes = b"", **environ: str) -> Mapping[str, object]:
    done = run(*argv, "--format", "json", stdin=stdin, **environ)
    told = json.loads(done.stdout)
    assert told["exit_code"] == done.returncode
    jsonschema.validate(told, SCHEMA)
    assert isinstance(told, dict)
    return told


def root(told: Mapping[str, object]) -> tuple[object, object]:
    cause = told["root_cause"]
    return (cause["cause"], cause["code"]) if isinstance(cause, dict) else (None, None)


def statuses(told: Mapping[str, object]) -> dict[str, str]:
    checks = told["checks"]
    assert isinstance(checks, list)
    return {check["id"]: check["status"] for check in checks}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "t.jwt"


def test_a_sound_token_passes_and_shows_every_claim(file: Path) -> None:
    file.write_text(token() + "\n")
    done = run("decode", "--token-file", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "✓ PASS  No fault found in the token."
    assert "  header   alg HS256 · typ JWT" in lines
    assert any("access_key   60c0…0912" in line and "the app's key" in line for line in lines)
    assert any(line.split()[:2] == ["room_id", ROOM] for line in lines)
    assert any("exp" in line and "UTC" in line and "in 23 h 59 min" in line for line in lines)
    assert "Not checked: the signature, that the server accepts the token." in done.stdout


def test_the_verdict_comes_first_then_what_to_do_then_the_claim_with_its_fault(file: Path) -> None:
    file.write_text(token(user_id=17))
    done = run("decode", "--token-file", str(file))
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0] == "✗ FAIL 40107  user_id must be a string, it is the number 17"
    assert 'Send it as "17" where your server builds the token.' in lines[1]
    assert any(line.split()[:3] == ["user_id", "17", "✗"] for line in lines)


def test_a_missing_claim_has_a_row(file: Path) -> None:
    file.write_text(token(role=ABSENT))
    assert "✗ is missing" in run("decode", "--token-file", str(file)).stdout


@pytest.mark.parametrize(
    ("text", "cause", "code", "status"),
    [
        ("", "token.empty", 2004, 1),
        ("\n", "token.empty", 2004, 1),
        ("hello", "token.segments", 2004, 1),
        ("abc-defg-hij", "token.room_code_pasted", 2004, 1),
        (f"Bearer {token()}", "token.wrapped", 2004, 1),
        (token()[:-60], "token.truncated", 2004, 1),
        (token(user_id=17), "token.user_id", 40107, 1),
        (token(room_id=ABSENT), "token.room_id", 40102, 1),
        (token(access_key=ABSENT), "token.access_key", 40101, 1),
        (token(role=""), "token.role", 40108, 1),
        (token(type="management", room_id=ABSENT, user_id=ABSENT, role=ABSENT), "token.wrong_kind", 40109, 1),
        (token(exp=1, iat=0, nbf=0), "token.expired", 40109, 1),
        (token(exp=99999999999999), "token.milliseconds", 40109, 1),
        (token(room_id="abc-defg-hij"), "token.room_id_form", None, 0),
        (token(user_id="~~~???>>>"), "token.base64url_on_web", None, 0),
        (token(), None, None, 0),
    ],
)
def test_each_token_has_one_root_cause_in_the_contracts_report(
    text: str, cause: str | None, code: int | None, status: int
) -> None:
    told = report("decode", "-", stdin=text.encode())
    assert (*root(told), told["exit_code"]) == (cause, code, status)
    assert set(statuses(told)) == {"token.format", "token.claims", "token.time"}


def test_the_report_has_the_token_without_its_signature() -> None:
    text = token()
    told = report("decode", "-", stdin=text.encode())["token"]
    assert isinstance(told, dict)
    assert told["header"] == {"alg": "HS256", "typ": "JWT"}
    assert told["claims"]["room_id"] == ROOM
    assert len(told["fingerprint"]) == 8


def test_a_wrapped_token_is_shown_though_nothing_else_is_judged() -> None:
    told = report("decode", "-", stdin=f'"{token()}"'.encode())
    assert statuses(told) == {"token.format": "fail", "token.claims": "skip", "token.time": "skip"}
    shown = told["token"]
    assert isinstance(shown, dict)
    assert shown["claims"]["role"] == "host"


def test_platforms_differ() -> None:
    text = token(user_id="~~~???>>>").encode()
    assert report("decode", "-", "--platform", "ios", stdin=text)["verdict"] == "pass"
    assert report("decode", "-", stdin=text, HMS_PLATFORM="web")["verdict"] == "warn"


def test_strictness_and_quiet() -> None:
    text = token(user_id="~~~???>>>").encode()
    done = run("decode", "-", "-q", "--fail-on", "warn", stdin=text)
    assert done.returncode == 1
    assert done.stdout.count("\n") == 1
    assert done.stdout.startswith("! WARN  the token is valid, but web SDK 0.15.2 cannot decode it")


def test_expectations_are_compared() -> None:
    told = report("decode", "-", "--room-id", "f" * 24, "--role", "host", stdin=token().encode())
    assert root(told) == ("token.expected.room_id", 40002)
    skipped = report("decode", "-", "--role", "host", stdin=b"hello")
    assert statuses(skipped)["token.expectations"] == "skip"


def test_a_token_in_argv_works_and_warns() -> None:
    text = token()
    done = run("decode", text)
    assert done.returncode == 0
    assert "visible" in done.stderr
    assert text not in done.stderr


def test_the_environment_is_the_last_source(file: Path) -> None:
    file.write_text(token(role="from-file"))
    assert "from-env" in run("decode", HMS_TOKEN=token(role="from-env")).stdout
    assert "from-file" in run("decode", "--token-file", str(file), HMS_TOKEN=token(role="from-env")).stdout
    assert root(report("decode", HMS_TOKEN="")) == ("token.empty", 2004)


def test_no_token_is_undecided_and_says_how_to_give_one() -> None:
    done = run("decode")
    assert done.returncode == 3
    assert done.stdout.startswith(
        "? INCONCLUSIVE  We could not tell: no token given (TOKEN, --token-file F, - for stdin"
    )
    told = report("decode")
    assert set(statuses(told).values()) == {"skip"}
    assert "token" not in told


def test_what_is_given_as_utf16_or_with_a_mark_is_read(file: Path) -> None:
    for encoding in ("utf-16", "utf-8-sig"):
        file.write_text(token() + "\r\n", encoding=encoding)
        assert run("decode", "--token-file", str(file)).returncode == 0


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe\xfd", b"\x00\x01", b"x" * (4 * 1024 * 1024 + 1), b"\x80" * 100, os.urandom(500)]
)
def test_bytes_that_are_no_token_are_2004(raw: bytes) -> None:
    assert root(report("decode", "-", stdin=raw))[1] == 2004


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
                done = run(*argv, *form, stdin=given.encode())
                seen = done.stdout + done.stderr
                assert not any(part[:24] in seen for part in parts)
                assert "secret-file" not in " ".join(argv) or APP_SECRET not in seen
                assert "Traceback" not in seen


def test_many_tokens_are_told_one_a_line_in_order(file: Path) -> None:
    lines = [token(user_id=f"u-{i}") for i in range(300)]
    lines[7], lines[11], lines[13] = token(user_id=17), "", "x" * (4 * 1024 * 1024 + 5)
    file.write_text("\r\n".join(lines) + "\n\n\n")
    done = run("decode", "--token-file", str(file), "--batch")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == 300
    assert done.returncode == 1
    assert [i for i, one in enumerate(told) if one["verdict"] == "fail"] == [7, 11, 13]
    assert [root(told[i])[0] for i in (7, 11, 13)] == ["token.user_id", "token.empty", "token.too_large"]
    assert told[299]["token"]["claims"]["user_id"] == "u-299"
    for one in (told[0], told[7], told[13]):
        jsonschema.validate(one, SCHEMA)


def test_many_tokens_from_stdin_and_in_utf16() -> None:
    both = f"{token()}\n{token()}\n"
    for raw in (both.encode(), both.encode("utf-16")):
        done = run("decode", "-", "--batch", stdin=raw)
        assert (done.returncode, done.stdout.count("\n")) == (0, 2)
    assert run("decode", "-", "--batch", stdin=b"\n\n").returncode == 3


def test_the_fast_way_of_many_tokens_says_what_the_thorough_way_says() -> None:
    text = token(user_id=17, room_id="x").encode()
    one, many = report("decode", "-", stdin=text), json.loads(run("decode", "-", "--batch", stdin=text).stdout)
    assert said(one) == said(many)


def said(told: Mapping[str, object]) -> str:
    """The report without what differs from run to run."""
    changing = {"run_id", "started_at", "duration_ms", "from", "now"}
    return json.dumps(json.loads(json.dumps(told), object_hook=lambda o: {k: o[k] for k in o if k not in changing}))


@pytest.mark.timeout(120)
def test_memory_stays_constant_over_many_tokens(file: Path) -> None:
    measured = (
        "import resource,subprocess,sys;"
        "subprocess.run([sys.executable,'-m','hms_doctor','token','decode','--batch','--token-file',sys.argv[1]],"
        "stdout=subprocess.DEVNULL);print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    peaks = []
    for number in (10, 4000):
        file.write_text((token() + "\n") * number)
        done = subprocess.run(
            [sys.executable, "-c", measured, str(file)], capture_output=True, cwd=ROOT, env=PLAIN, text=True, check=True
        )
        peaks.append(int(done.stdout))
    assert peaks[1] < peaks[0] + 4096  # kilobytes


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


def test_titles_are_those_of_the_checks() -> None:
    assert {check.id: check.title for check in (token_format.CHECK, token_claims.CHECK, token_time.CHECK)} == TITLES


def test_a_token_that_is_json_all_over_is_still_no_token() -> None:
    assert root(report("decode", "-", stdin=f"{segment(b'[]')}.{segment(b'[]')}.".encode())) == ("token.json", 2004)


@pytest.mark.parametrize("command", ["decode", "verify", "create"])
def test_help_has_an_example(command: str) -> None:
    assert "Example" in run(command, "--help").stdout
