"""The real command line against the simulator that the SDK has just met."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Final

from hms_doctor.simulator import Simulator

_ROOT: Final = Path(__file__).parents[2]
_LONGEST: Final = 40.0
_OURS: Final = ("HMS_", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "CI", "FORCE_COLOR")


async def root_cause(simulator: Simulator) -> str:
    """Give the root cause of ``check --join`` as far as signalling goes, its code first, or why there is none."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hms_doctor",
        "check",
        "--join",
        *("--endpoint", simulator.init_endpoint),
        *("--token-file", str(simulator.token_files["host"])),
        *("--ca-file", str(simulator.ca_file)),
        *("--proxy", "none", "--format", "json", "--timeout", "15"),
        *("--only", "signalling"),
        cwd=_ROOT,
        env={name: value for name, value in os.environ.items() if not name.upper().startswith(_OURS)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_LONGEST):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    report = json.loads(out) if out else {}
    root = report.get("root_cause")
    if not root:
        told = [f"{check['id']} {check['status']}: {check['summary']}" for check in report.get("checks", ())]
        return "\n".join((str(report.get("headline")), *told, err.decode()))
    return f"{root['code']} {root['cause']} ({root['check']}): {root['summary']}"
