"""Heavy libraries load in the background of a dial, and only those that its protocol needs."""

import subprocess
import sys

import pytest

DIALS = """
import sys, threading, time
from hms_doctor.wire.meanwhile import load_meanwhile
load_meanwhile(sys.argv[1])
load_meanwhile(sys.argv[1])
loading = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
assert len(loading) <= 1, "one thread, however often it is asked"
assert all(thread.daemon for thread in loading), "none that keeps the process alive"
for thread in loading:
    thread.join(20)
print(*(name for name in ("httpx", "websockets", "cryptography") if name in sys.modules))
"""


@pytest.mark.parametrize(
    ("protocol", "loaded"),
    [("https", "httpx websockets"), ("http", "httpx"), ("wss", "websockets"), ("turns", ""), ("turn", "")],
)
def test_what_a_protocol_needs_is_loaded(protocol: str, loaded: str) -> None:
    done = subprocess.run((sys.executable, "-c", DIALS, protocol), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loaded


def test_nobody_waits_for_it_at_the_end() -> None:
    code = "from hms_doctor.wire.meanwhile import load_meanwhile; load_meanwhile('https')"
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True, timeout=20)
    assert (done.stdout, done.stderr) == ("", "")
