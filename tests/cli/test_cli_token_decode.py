"""`hms-doctor token decode` as a real process: what people and machines get."""

from pathlib import Path

import pytest
from token_cli import report, root, run, statuses
from tokens import ABSENT, ROOM, segment, token

from hms_doctor.checks import token_claims, token_format, token_time
from hms_doctor.cli.token_report import TITLES


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


def test_titles_are_those_of_the_checks() -> None:
    assert {check.id: check.title for check in (token_format.CHECK, token_claims.CHECK, token_time.CHECK)} == TITLES


def test_a_token_that_is_json_all_over_is_still_no_token() -> None:
    assert root(report("decode", "-", stdin=f"{segment(b'[]')}.{segment(b'[]')}.".encode())) == ("token.json", 2004)


@pytest.mark.parametrize("command", ["decode", "verify", "create"])
def test_help_has_an_example(command: str) -> None:
    assert "Example" in run(command, "--help").stdout
