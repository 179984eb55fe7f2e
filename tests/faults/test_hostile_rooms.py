"""Whatever a room does to who joined, the run ends in time with a finding and prints nothing raw."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hms_children import Child, run_check
from hostile_rooms import Play, Talk, room_server
from hostile_servers import EVIL, token
from test_hostile import is_safe
from ws_servers import Certificates, make_certificates

from hms_doctor.model.json import JsonValue

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiortc import RTCPeerConnection

TIMEOUT = 5.0
MOST_MB = 260
"""With aiortc and its codecs loaded; a flood that is kept would be told by far more."""
LATE = 1003
"""Where this busy machine's own answer to the join took more than a second."""
UFRAG, PASSWORD, PRINT = "Ufrag9x7K", "PasswordOfTheServer0123456789", "DE:AD:BE:EF:" * 7 + "DE:AD:BE:EF"
TELLING = re.compile(r"a=(?:ice-ufrag|ice-pwd|fingerprint):(?:sha-\d+ )?(\S+)")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(Path(tmp_path_factory.mktemp("tls")))


@pytest.fixture
def token_file(tmp_path: Path) -> str:
    path = tmp_path / "t.jwt"
    path.write_text(token({}))
    return str(path)


def sdp(*more: str, media: str = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel") -> str:
    """Build an answer of the right shape with these lines at its end."""
    lines = (
        "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0", media, "c=IN IP4 127.0.0.1", "a=mid:0",
        f"a=ice-ufrag:{UFRAG}", f"a=ice-pwd:{PASSWORD}", f"a=fingerprint:sha-256 {PRINT}", "a=setup:active",
        "a=sctp-port:5000", *more,
    )  # fmt: skip
    return "\r\n".join((*lines, ""))


@asynccontextmanager
async def inside(talk: Talk) -> "AsyncIterator[RTCPeerConnection]":
    """Answer the join as a good server does."""
    from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        await peer.setRemoteDescription(RTCSessionDescription(sdp=talk.sdp, type="offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        await talk.answer(peer.localDescription.sdp)
        yield peer
    finally:
        await peer.close()


async def evil_answer(talk: Talk) -> None:
    await talk.answer(EVIL)


async def no_text(talk: Talk) -> None:
    await talk.answer([EVIL, {"v": 0}])


async def evil_line(talk: Talk) -> None:
    await talk.answer(sdp(f"a=candidate:1 1 udp {EVIL}", f"m=audio {EVIL}"))


async def broken_secrets(talk: Talk) -> None:
    """Break just the lines that hold secrets."""
    await talk.answer(sdp().replace("sha-256 ", "").replace("a=ice-pwd:", "a=ice-pwd"))


async def huge_answer(talk: Talk) -> None:
    await talk.answer(sdp(*("a=" + "x" * 200 for _ in range(4500))))


async def endless_sections(talk: Talk) -> None:
    await talk.answer(sdp(*(f"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:{n}" for n in range(12_000))))


async def evil_refusal(talk: Talk) -> None:
    await talk.push("on-error", {"code": 41001, "message": EVIL})


async def evil_names(talk: Talk) -> None:
    peers: JsonValue = {f"{EVIL}{n}": {"role": EVIL, "info": {"name": EVIL, "user_id": EVIL}} for n in range(1000)}
    for method in ("room-state", "peer-list"):
        await talk.push(method, {"peers": peers, "room": EVIL})
    await talk.answer(sdp("a=candidate:1 1 udp 1 203.0.113.1 9 typ host"))


async def flood_of_offers(talk: Talk) -> None:
    async with inside(talk):
        while True:
            await talk.push("offer", {"type": "offer", "sdp": sdp("a=x" * 2000)})


async def endless_trickle(talk: Talk) -> None:
    async with inside(talk):
        number = 0
        while True:
            number += 1
            host = f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"
            line = f"candidate:{number} 1 udp 2130706431 {host} {number % 60000 + 1} typ host"
            await talk.push("trickle", {"target": number % 2, "candidate": {"candidate": line, "sdpMid": "0"}})


async def evil_trickle(talk: Talk) -> None:
    async with inside(talk):
        for candidate in (EVIL, 17, None, {"candidate": EVIL}, {"candidate": "candidate:1 1 udp x 999.9 70000 typ ?"}):
            await talk.push("trickle", {"target": 0, "candidate": candidate})
            await talk.push("trickle", candidate)
        await asyncio.Event().wait()


async def flood_of_errors(talk: Talk) -> None:
    while True:
        await talk.push("on-error", {"code": 500, "message": EVIL * 50})


CASES: dict[str, tuple[Play, frozenset[int]]] = {
    "an evil answer": (evil_answer, frozenset({4004})),
    "an answer that is no text": (no_text, frozenset({4004})),
    "evil lines": (evil_line, frozenset({4004})),
    "broken secrets": (broken_secrets, frozenset({4004})),
    "an answer of 900 kB": (huge_answer, frozenset({4004, 4005})),
    "12,000 media sections": (endless_sections, frozenset({4004, 4005})),
    "an evil refusal": (evil_refusal, frozenset({41001})),
    "1,000 evil names": (evil_names, frozenset({4005})),
    "a flood of offers": (flood_of_offers, frozenset({LATE, 4005, 6002})),
    "endless trickle": (endless_trickle, frozenset({LATE, 4005, 6002})),
    "evil candidates": (evil_trickle, frozenset({LATE, 6002})),
    "a flood of errors": (flood_of_errors, frozenset({500, 1003, 40100})),
}


def codes(child: Child) -> Iterator[int]:
    root = child.report["root_cause"]
    if isinstance(root, dict) and isinstance(root["code"], int):
        yield root["code"]


def secrets(talks: list[Talk]) -> set[str]:
    told = {found[1] for talk in talks for found in TELLING.finditer(talk.sdp) if found[1].isascii()}
    return told | {UFRAG, PASSWORD, PRINT, PRINT[:23]}


@pytest.mark.parametrize("case", CASES)
async def test_a_hostile_room_is_a_finding(
    case: str, certificates: Certificates, token_file: str, tmp_path: Path
) -> None:
    play, expected = CASES[case]
    async with room_server(certificates, play) as (backend, room):
        flags = ("--join", "--skip", "ice", "--token-file", token_file)
        child = await run_check(tmp_path, *backend.flags, *flags, timeout=TIMEOUT)
    assert child.code in {1, 3}, child.out + child.err
    assert set(codes(child)) <= expected, child.out
    assert bool(set(codes(child))) == (child.code == 1)
    is_safe(child)
    for secret in secrets(room.talks):
        for name, text in child.everything().items():
            assert secret not in text, name
    duration = child.report["duration_ms"]
    assert isinstance(duration, float)
    assert duration <= 1000 * (TIMEOUT + 1)
    assert child.peak_mb < MOST_MB
    assert room.talks
