"""A run of one named check loads what that needs: a plain STUN binding costs little more than the command line."""

import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hms_children import plain_environment
from ice_helpers import message_in, reply, udp_server

from hms_doctor.checks import checks_named, every_check
from hms_doctor.wire.stun.message import Attribute, Class, SocketAddress, pack_address

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "aioice", "aiortc", "av", "bleak", "certifi", "cryptography", "cv2", "dns", "httpcore", "httpx", "ifaddr", "jwt",
    "numpy", "rich", "sounddevice", "truststore", "websockets",
}  # fmt: skip
TELLS_ITS_MODULES = """
import sys
from hms_doctor.cli.app import run
code = run()
print("\\n", *sys.modules, sep="\\n", file=sys.stderr)
sys.exit(code)
"""


def bound(data: bytes) -> Iterable[bytes]:
    address = SocketAddress(ip="192.0.2.9", port=9)
    yield reply(
        data, Class.SUCCESS, (Attribute.XOR_MAPPED_ADDRESS, pack_address(address, message_in(data).transaction))
    )


@pytest.mark.parametrize("output_format", ["table", "json"])
async def test_a_plain_binding_loads_neither_a_heavy_library_nor_another_check(output_format: str) -> None:
    async with udp_server(bound) as server:
        flags = ("--only", "ice.stun", "--ice-server", f"stun:127.0.0.1:{server.port}", "--proxy", "none")
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", TELLS_ITS_MODULES, "network", *flags, "--format", output_format),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=plain_environment(),
            cwd=ROOT,
        )
        out, err = await child.communicate()
    assert child.returncode == 0, out.decode()
    loaded = set(err.decode().split())
    assert loaded.isdisjoint(HEAVY)
    assert {name for name in loaded if name.startswith("hms_doctor.checks.")} == {"hms_doctor.checks.ice_stun"}
    if output_format == "json":
        [check] = json.loads(out)["checks"]
        assert (check["id"], "192.0.2.9" in check["summary"]) == ("ice.stun", True)


def test_checks_are_found_by_their_ids_or_prefixes() -> None:
    for check in every_check():
        assert check in checks_named([check.id])
        assert check in checks_named(["no.such", check.id.partition(".")[0]])
    assert checks_named(["ice.st", "no", ""]) == ()
    assert [check.id for check in checks_named(["ice.turn", "ice.stun"])] == ["ice.stun", "ice.turn"]
