"""Writing the media server's session descriptions (RFC 8866, 9429): one transport, one codec a kind, no extensions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hms_doctor.simulator.room.ice import Credentials

CODECS: Final = {"audio": "opus", "video": "vp8"}
PAYLOAD_TYPES: Final = {"audio": 111, "video": 96}
"""What the server offers itself; in an answer the client's numbers stand."""
_MAPS: Final = {"audio": "opus/48000/2", "video": "VP8/90000"}
_NOWHERE: Final = "c=IN IP4 0.0.0.0"


@dataclass(frozen=True)
class Ours:
    """The server's end of the transport, the same in every section."""

    credentials: Credentials
    fingerprint: str  # SHA-256
    setup: str
    candidate: str = ""  # empty: it is trickled


@dataclass(frozen=True)
class Line:
    """One section: an application, or one kind of media; ``source`` is what we send on it."""

    kind: str
    mid: str
    direction: str = ""
    payload_type: int = 0  # 0: the section is refused
    source: "Source | None" = None


@dataclass(frozen=True)
class Source:
    """What identifies a track that is sent."""

    stream_id: str
    track_id: str
    ssrc: int


def write(ours: Ours, lines: tuple[Line, ...], version: int) -> str:
    """Give the whole description."""
    bundled = " ".join(line.mid for line in lines if line.kind == "application" or line.payload_type)
    session = (
        "v=0",
        f"o=- 4611732108640112 {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {bundled}",
        "a=msid-semantic: WMS *",
    )
    return "\r\n".join([*session, *(text for line in lines for text in _section(ours, line)), ""])


def _section(ours: Ours, line: Line) -> Iterator[str]:
    if line.kind == "application":
        yield "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"
        yield from (_NOWHERE, *_transport(ours, line.mid), "a=sctp-port:5000", "a=max-message-size:65536")
    elif not line.payload_type:
        yield from (f"m={line.kind} 0 UDP/TLS/RTP/SAVPF 0", _NOWHERE, f"a=mid:{line.mid}", "a=inactive")
    else:
        yield f"m={line.kind} 9 UDP/TLS/RTP/SAVPF {line.payload_type}"
        yield from (_NOWHERE, "a=rtcp:9 IN IP4 0.0.0.0", *_transport(ours, line.mid))
        yield from (f"a={line.direction}", "a=rtcp-mux", *_codec(line))
        if line.source:
            yield from _sent(line.source)


def _transport(ours: Ours, mid: str) -> Iterator[str]:
    yield f"a=mid:{mid}"
    yield f"a=ice-ufrag:{ours.credentials.fragment}"
    yield f"a=ice-pwd:{ours.credentials.password}"
    yield "a=ice-options:trickle"
    yield f"a=fingerprint:sha-256 {ours.fingerprint}"
    yield f"a=setup:{ours.setup}"
    if ours.candidate:
        yield f"a={ours.candidate}"


def _codec(line: Line) -> Iterator[str]:
    number = line.payload_type
    yield f"a=rtpmap:{number} {_MAPS[line.kind]}"
    if line.kind == "audio":
        yield f"a=fmtp:{number} minptime=10;useinbandfec=1"
    else:
        yield f"a=rtcp-fb:{number} nack pli"
        yield f"a=rtcp-fb:{number} ccm fir"


def _sent(source: Source) -> Iterator[str]:
    yield f"a=msid:{source.stream_id} {source.track_id}"
    yield f"a=ssrc:{source.ssrc} cname:{source.stream_id}"
    yield f"a=ssrc:{source.ssrc} msid:{source.stream_id} {source.track_id}"
