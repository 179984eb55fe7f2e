"""The token commands as real processes, and how their reports are read."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import jsonschema

from hms_doctor.reporters.schema import SCHEMA

ROOT = Path(__file__).resolve().parents[2]
PLAIN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("HMS_", "FORCE_", "NO_COLOR", "CI", "COLUMNS"))
}

UNCOUNTED = {"COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""}
"""For children whose like is counted elsewhere: counting their lines takes as long as all that they do."""


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


def said(told: Mapping[str, object]) -> str:
    """The report without what differs from run to run."""
    changing = {"run_id", "started_at", "duration_ms", "from", "now"}
    return json.dumps(json.loads(json.dumps(told), object_hook=lambda o: {k: o[k] for k in o if k not in changing}))
