"""A machine with no address but loopback: every candidate is a relay's, and comes late."""

import json
import subprocess
import sys

import pytest
from ice_spaces import ROOT, clean_environment, obstacle

ALONE = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
JOIN = (sys.executable, "-m", "hms_doctor", "demo", "healthy", "--join", "--format", "json", "--timeout", "20")


@pytest.mark.skipif(bool(why := obstacle()), reason=why)
def test_without_any_network_media_flows_through_relays() -> None:
    done = subprocess.run(
        (*ALONE, *JOIN), capture_output=True, text=True, check=False, cwd=ROOT, env=clean_environment(), timeout=40
    )
    checks = {check["id"]: check for check in json.loads(done.stdout)["checks"]}
    for side in ("room.publish", "room.subscribe"):
        assert checks[side]["status"] == "pass", checks[side]["summary"]
        assert "through the relay 127.0.0.1" in checks[side]["summary"]
    assert checks["room.media"]["status"] in {"pass", "warn"}
