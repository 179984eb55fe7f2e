"""The media server's end of ICE, met by a plain socket; its gate; and its reading of descriptions."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import pytest
from aioice.stun import Class, Message, Method, parse_message

from hms_doctor.simulator.room.gate import DIES_AFTER, Gate, Way
from hms_doctor.simulator.room.ice import Credentials, IceAgent
from hms_doctor.simulator.room.script import Path, Reach, RoomScript
from hms_doctor.simulator.room.sdp_reading import UnreadableError, read

HOST = "127.0.0.1"
THEIRS = Credentials("frag", "p" * 22)
STUN, DTLS, RTP, RTCP = (head + bytes(20) for head in (b"\x00\x01", b"\x16\xfe", b"\x80\x6f", b"\x80\xc8"))


def gate(script: RoomScript | None = None) -> Gate:
    told = script or RoomScript()
    return Gate(lambda: told, lambda script: script.publish, HOST)


class Peer(asyncio.DatagramProtocol):
    """A socket that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, _addr: object) -> None:
        self.heard.put_nowait(data)

    async def hears(self, *, patience: float = 2.0) -> Message:
        return parse_message(await asyncio.wait_for(self.heard.get(), patience))

    async def hears_nothing(self) -> None:
        with pytest.raises(TimeoutError):
            await self.hears(patience=0.1)


@asynccontextmanager
async def meeting(*, controlling: bool = False) -> AsyncIterator[tuple[IceAgent, Peer]]:
    loop = asyncio.get_running_loop()
    agent = await IceAgent.listen(gate(), HOST, controlling=controlling)
    _transport, peer = await loop.create_datagram_endpoint(Peer, remote_addr=agent.address)
    try:
        yield agent, peer
    finally:
        agent.close()
        peer.transport.close()
        await asyncio.sleep(0)


def check(credentials: Credentials, *, password: str = "", nominate: bool = False, role: str = "CONTROLLING") -> bytes:
    request = Message(Method.BINDING, Class.REQUEST)
    request.attributes["USERNAME"] = f"{credentials.fragment}:{THEIRS.fragment}"
    request.attributes["PRIORITY"] = 1
    request.attributes[f"ICE-{role}"] = 1
    if nominate:
        request.attributes["USE-CANDIDATE"] = None
    request.add_message_integrity((password or credentials.password).encode())
    return bytes(request)


def answer(request: Message) -> bytes:
    told = Message(Method.BINDING, Class.RESPONSE, transaction_id=request.transaction_id)
    told.attributes["XOR-MAPPED-ADDRESS"] = (HOST, 1)
    told.add_message_integrity(THEIRS.password.encode())
    return bytes(told)


async def test_a_check_is_answered_with_where_it_came_from() -> None:
    async with meeting() as (agent, peer):
        peer.transport.sendto(check(agent.local))
        told = await peer.hears()
        assert told.message_class == Class.RESPONSE
        assert told.attributes["XOR-MAPPED-ADDRESS"] == peer.transport.get_extra_info("sockname")
        assert told.check_message_integrity(agent.local.password.encode())
        await peer.hears_nothing()  # no check of its own before it knows the other side's password
        assert not agent.connected.is_set()


@pytest.mark.parametrize("wrong", ["password", "fragment", "noise"])
async def test_what_proves_nothing_is_passed_over(wrong: str) -> None:
    async with meeting() as (agent, peer):
        told = {
            "password": check(agent.local, password="q" * 22),
            "fragment": check(Credentials("else", agent.local.password)),
            "noise": b"\x00\x01" + bytes(30),
        }[wrong]
        peer.transport.sendto(told)
        await peer.hears_nothing()


async def test_whom_the_other_side_controls_follows_its_nomination() -> None:
    async with meeting() as (agent, peer):
        agent.meet(THEIRS)
        peer.transport.sendto(check(agent.local, nominate=True))
        assert (await peer.hears()).message_class == Class.RESPONSE
        own = await peer.hears()
        assert own.message_class == Class.REQUEST
        assert own.attributes["USERNAME"] == f"frag:{agent.local.fragment}"
        assert "ICE-CONTROLLED" in own.attributes
        assert own.check_message_integrity(THEIRS.password.encode())
        assert agent.connected.is_set()
        agent.transmit(DTLS)
        assert await asyncio.wait_for(peer.heard.get(), 1) == DTLS
        peer.transport.sendto(RTP)
        assert await asyncio.wait_for(agent._recv(), 1) == RTP
        assert agent.role == "controlled"


async def test_who_controls_nominates_the_first_address_and_asks_again() -> None:
    async with meeting(controlling=True) as (agent, peer):
        agent.meet(THEIRS)
        assert agent.role == "controlling"
        peer.transport.sendto(check(agent.local, role="CONTROLLED"))
        await peer.hears()
        first = await peer.hears()
        again = await peer.hears()
        assert "USE-CANDIDATE" in first.attributes
        assert "USE-CANDIDATE" in again.attributes
        assert not agent.connected.is_set()
        # An answer to the first check is as good as one to the last: the way may be slow.
        peer.transport.sendto(answer(first))
        await asyncio.wait_for(agent.connected.wait(), 1)
        peer.transport.sendto(answer(first))
        await peer.hears_nothing()


async def test_who_checks_before_its_answer_is_there_is_checked_once_it_is() -> None:
    async with meeting(controlling=True) as (agent, peer):
        peer.transport.sendto(check(agent.local, role="CONTROLLED"))
        assert (await peer.hears()).message_class == Class.RESPONSE
        agent.meet(THEIRS)
        own = await peer.hears()
        assert "USE-CANDIDATE" in own.attributes
        assert own.check_message_integrity(THEIRS.password.encode())


async def test_two_that_would_control_leave_it_to_the_client() -> None:
    async with meeting(controlling=True) as (agent, peer):
        agent.meet(THEIRS)
        peer.transport.sendto(check(agent.local, nominate=True))
        await peer.hears()
        assert agent.role == "controlled"
        assert agent.connected.is_set()


async def test_a_restart_has_new_credentials_and_lasts_on_the_old_ones_meanwhile() -> None:
    async with meeting() as (agent, peer):
        agent.meet(THEIRS)
        before = agent.local
        agent.meet(THEIRS)
        assert agent.local == before
        agent.meet(Credentials("other", "p" * 22))
        assert agent.local.fragment != before.fragment
        for credentials in (before, agent.local):
            peer.transport.sendto(check(credentials))
            answers = [await peer.hears() for _answer_and_own in range(2 if credentials is before else 1)]
            assert answers[0].check_message_integrity(credentials.password.encode())


async def test_a_closed_one_ends_whoever_reads() -> None:
    async with meeting() as (agent, _peer):
        agent.transmit(DTLS)  # nowhere
        agent.close()
        for _again in range(2):
            with pytest.raises(ConnectionError):
                await agent._recv()


@pytest.mark.parametrize(
    ("path", "passing_in", "passing_out"),
    [
        (Path.OPEN, (STUN, DTLS, RTP, RTCP), (STUN, DTLS, RTP, RTCP)),
        (Path.WRONG_FINGERPRINT, (STUN, DTLS, RTP, RTCP), (STUN, DTLS, RTP, RTCP)),
        (Path.ICE_SILENT, (), ()),
        (Path.DTLS_SILENT, (STUN,), (STUN,)),
        (Path.DIES, (STUN, DTLS, RTP, RTCP), (STUN, DTLS, RTP, RTCP)),
        (Path.MEDIA_VANISHES, (STUN, DTLS, RTCP), (STUN, DTLS, RTP, RTCP)),
        (Path.LOSSY, (STUN, DTLS, RTP, RTCP), (STUN, DTLS, RTP, RTCP)),
    ],
)
def test_what_passes_a_path(path: Path, passing_in: tuple[bytes, ...], passing_out: tuple[bytes, ...]) -> None:
    watched = gate(RoomScript(publish=path))
    assert watched.tells_truth == (path is not Path.WRONG_FINGERPRINT)
    for way, passing in ((Way.IN, passing_in), (Way.OUT, passing_out)):
        assert [data for data in (STUN, DTLS, RTP, RTCP) if watched.admits(data, "192.0.2.9", way)] == list(passing)


def test_every_fifth_packet_of_a_lossy_path_is_lost_each_way() -> None:
    watched = gate(RoomScript(publish=Path.LOSSY))
    passed = [watched.admits(RTP, HOST, way) for _round in range(100) for way in Way]
    assert passed.count(False) == 40


def test_a_path_that_dies_is_silent_a_while_after_it_stood() -> None:
    watched = gate(RoomScript(publish=Path.DIES))
    watched.stands()
    assert watched.admits(STUN, HOST, Way.IN)
    watched._stands_since = time.monotonic() - DIES_AFTER
    assert not watched.admits(STUN, HOST, Way.IN)


def test_a_server_behind_relays_hears_relays_alone() -> None:
    watched = gate(RoomScript(reach=Reach.RELAYS))
    assert watched.admits(STUN, HOST, Way.IN)
    assert not watched.admits(STUN, "192.0.2.9", Way.IN)


TRANSPORT = "a=ice-ufrag:u\na=ice-pwd:p\na=fingerprint:sha-256 AA\n"
AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\na=mid:a\na=rtpmap:111 opus/48000/2\na=rtpmap:0 PCMU/8000\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no media section"),
        ("v=0\r\n", "no media section"),
        (f"v=0\n{TRANSPORT}m=audio\n", "a media section cannot be read"),
        (f"v=0\n{AUDIO}", "has no ice-ufrag"),
        (f"v=0\n{TRANSPORT}m=audio 9 UDP 111\n", "has no mid"),
        (f"v=0\n{TRANSPORT}{AUDIO}a=sctp-port:many\n", "invalid literal"),
        (f"v=0\n{TRANSPORT}{AUDIO}a=ssrc:x cname:y\n", "invalid literal"),
        ("x" * 200_001, "too long"),
    ],
)
def test_a_description_that_cannot_be_used(text: str, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        read(text)


def test_a_description_is_read_whatever_stands_where() -> None:
    video = "m=video 9 UDP/TLS/RTP/SAVPF 96\na=mid:v\na=recvonly\na=ssrc:7 cname:x\na=ssrc:7 msid:s t\n"
    told = read(f"v=0\r\n{TRANSPORT}a=setup:passive\r\n{AUDIO}a=msid:s t\r\n{video}")
    assert (told.setup, told.credentials.fragment, told.fingerprints) == ("passive", "u", (("sha-256", "AA"),))
    audio, pictures = told.sections
    assert (audio.direction, audio.codecs) == ("sendrecv", {111: "opus", 0: "pcmu"})
    assert (audio.stream_id, audio.track_id) == ("s", "t")
    assert (pictures.direction, pictures.ssrcs) == ("recvonly", (7,))
