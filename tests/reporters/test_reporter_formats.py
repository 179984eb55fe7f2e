"""What holds for every format: found by looking, no secret in it, nothing in it that a terminal would obey."""

import json
import re
import string
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from samples import SAMPLES, UDP_BLOCKED, ran, report, told

from hms_doctor.model.finding import Failed, Passed, Skipped, Undecided
from hms_doctor.model.report.clean import clean_report
from hms_doctor.model.report.report import Confidence, Diagnosis, Report, Verdict
from hms_doctor.model.secret import Secret
from hms_doctor.reporters import Style, UnknownFormatError, Verbosity, every_format, find_format

ROOT = Path(__file__).parents[2]
FORMATS = every_format()
SIGNATURE = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
TOKEN = f"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhY2Nlc3Nfa2V5IjoiNjBjMDkxMiIsInJvb21faWQiOiI2MGQxIn0.{SIGNATURE}"
PASSWORD = "tUrN-p4ss/w0rd+x"


def everywhere(text: str) -> Report:
    """Give a report that says the text in every place where one can."""
    failed = ran(
        "ice.verdict",
        text,
        Failed(cause=UDP_BLOCKED, summary=text, action=text, evidence={text: text, "rows": [{"url": text}, [text]]}),
        Passed(summary=text),
        Undecided(summary=text, action=text),
    )
    root = told(failed, Confidence.HIGH, text)
    whole = report(
        Verdict.FAIL, 1, text, (failed, replace(failed, id=text, outcome=Skipped(because=text))),
        diagnosis=Diagnosis(root=root, others=(replace(root, check=text),)),
        extra={"token": {"header": {"alg": text}, "claims": {text: text}, "fingerprint": "9f1c77ab"}},
    )  # fmt: skip
    environment = replace(whole.environment, proxies={"https": text}, trust=text)
    return replace(whole, environment=environment, not_proven=(text,))


def test_the_contract_s_formats_are_there() -> None:
    assert set(FORMATS) >= {"table", "json", "junit", "github", "markdown"}


def in_a_fresh_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=30, cwd=ROOT
    )
    return done.stdout


def test_a_new_format_is_one_new_file(tmp_path: Path) -> None:
    (tmp_path / "shout.py").write_text('NAME = "shout"\ndef render(report, style): return report.headline.upper()\n')
    code = (
        "from hms_doctor import reporters;"
        f"reporters.__path__.append({str(tmp_path)!r});"
        "print(*sorted(reporters.every_format()))"
    )
    assert in_a_fresh_python(code).split() == sorted([*FORMATS, "shout"])


def test_a_format_is_found_by_the_name_of_its_file() -> None:
    for name, render in FORMATS.items():
        assert find_format(name) is render


@pytest.mark.parametrize("name", ["yaml", "layout", "", "../json", "json.tool"])
def test_an_unknown_format_is_told_what_there_is(name: str) -> None:
    with pytest.raises(UnknownFormatError, match="choose from github, json, junit, markdown, table"):
        find_format(name)


def test_finding_one_format_loads_no_other() -> None:
    code = (
        "import sys; from hms_doctor.reporters import find_format; find_format('table');"
        "print(*(name for name in sys.modules if name.startswith('hms_doctor.reporters.')))"
    )
    loaded = {name.rpartition(".")[2] for name in in_a_fresh_python(code).split()}
    assert "table" in loaded
    assert not loaded & (set(FORMATS) - {"table"})


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("verbosity", Verbosity)
def test_every_format_renders_every_sample_the_same_each_time(name: str, verbosity: Verbosity) -> None:
    for sample in SAMPLES.values():
        style = Style(verbosity=verbosity)
        text = FORMATS[name](sample, style)
        assert text.endswith("\n")
        assert FORMATS[name](sample, style) == text


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"GET /ws?token={TOKEN}",
        quote(TOKEN, safe=""),
        json.dumps({"t": TOKEN}),
        b64encode(f"u:{TOKEN}".encode()).decode(),
        SIGNATURE,
        SIGNATURE[:24],
        TOKEN[20:90],
        PASSWORD,
        quote(PASSWORD, safe=""),
        b64encode(f"1716838705:{PASSWORD}".encode()).decode(),
        f"Bearer {PASSWORD}",
        "\u200b".join(PASSWORD),
        "\x1b[0m".join(re.findall(".{4}", SIGNATURE)),
    ],
)
def test_no_secret_is_in_any_format(name: str, text: str) -> None:
    cleaned = clean_report(everywhere(text), (Secret(TOKEN), Secret(PASSWORD)))
    for style in (Style(verbosity=Verbosity.VERBOSE), Style(width=40, unicode=False, verbosity=Verbosity.VERBOSE)):
        shown = re.sub(r"\s", "", FORMATS[name](cleaned, style)).lower()
        for secret in (SIGNATURE, PASSWORD, quote(PASSWORD, safe=""), b64encode(PASSWORD.encode()).decode()[:-4]):
            pieces = [secret[n : n + 8].lower() for n in range(len(secret) - 7)]
            assert not [piece for piece in pieces if piece in shown]


@settings(max_examples=40)
@given(secret=st.text(alphabet=string.ascii_letters + string.digits + "+/=_-.%&<\"' é", min_size=10, max_size=60))
def test_no_secret_of_any_shape_is_in_any_format(secret: str) -> None:
    secret = secret.strip()
    assume(len(secret) >= 10)
    # A part of the report's own words, such as the name of a member, says nothing about anybody's secret.
    assume(not any(secret in render(everywhere(""), Style(width=4000)) for render in FORMATS.values()))
    cleaned = clean_report(everywhere(f"it said {secret}, {quote(secret)} and {json.dumps(secret)}"), [Secret(secret)])
    for render in FORMATS.values():
        assert secret not in render(cleaned, Style(width=4000, verbosity=Verbosity.VERBOSE))


@pytest.mark.parametrize("name", FORMATS)
def test_without_the_net_every_format_would_tell(name: str) -> None:
    assert SIGNATURE[:20] in FORMATS[name](everywhere(TOKEN), Style(width=400))


@pytest.mark.parametrize("name", FORMATS)
@given(text=st.text(alphabet=st.characters(), max_size=30))
def test_a_terminal_is_told_nothing_but_text(name: str, text: str) -> None:
    cleaned = clean_report(everywhere(f"\x1b]0;x\x07\u202e{text}"), ())
    shown = FORMATS[name](cleaned, Style(verbosity=Verbosity.VERBOSE))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    shown.encode("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_ascii_is_ascii_in_every_format(name: str) -> None:
    for sample in SAMPLES.values():
        assert FORMATS[name](sample, Style(unicode=False, verbosity=Verbosity.VERBOSE)).isascii()


def test_a_plain_table_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/reporters');"
        "from samples import SAMPLES; from hms_doctor.reporters import Style, every_format;"
        "[render(SAMPLES['healthy'], Style(colour=True)) for render in every_format().values()];"
        "print([name for name in ('rich', 'xmlschema', 'asyncio', 'httpx') if name in sys.modules])"
    )
    assert in_a_fresh_python(code) == "[]\n"
