"""Many tokens in one go."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from token_cli import PLAIN, ROOT, UNCOUNTED, report, root, run, said
from tokens import token

from hms_doctor.reporters.schema import SCHEMA


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "t.jwt"


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
            [sys.executable, "-c", measured, str(file)],
            capture_output=True,
            cwd=ROOT,
            env={**PLAIN, **UNCOUNTED},
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout))
    assert peaks[1] < peaks[0] + 4096  # kilobytes
