import pytest

from hms_doctor.model.room.descriptions import LineAtFault, NoLine, SdpLine
from hms_doctor.model.room.sdp_lines import line_at_fault, quoted, section_at_fault, spelled_out, what_is_missing

HEAD = ("v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1", "a=msid-semantic: WMS *")
SECRETS = (
    "a=ice-ufrag:aB3+",
    "a=ice-pwd:0123456789abcdefghijkl",
    "a=fingerprint:sha-256 AB:CD:EF:01",
    "a=setup:active",
)
SCTP = ("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", "a=mid:0", *SECRETS, "a=sctp-port:5000")
AUDIO = (
    "m=audio 9 UDP/TLS/RTP/SAVPF 96 0",
    "c=IN IP6 ::1",
    "b=AS:64",
    "a=mid:1",
    "a=sendrecv",
    "a=rtcp-mux",
    "a=rtcp:9 IN IP4 0.0.0.0",
    "a=rtpmap:96 opus/48000/2",
    "a=fmtp:96 minptime=10;useinbandfec=1",
    "a=rtcp-fb:* nack pli",
    "a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:sdes:mid",
    "a=ssrc-group:FID 1 2",
    "a=ssrc:1 cname:x",
    "a=max-message-size:262144",
    "a=candidate:1 1 udp 2130706431 192.0.2.1 5 typ host generation 0",
    "a=end-of-candidates",
)


def sdp(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def test_a_good_description_has_no_line_at_fault() -> None:
    assert line_at_fault(sdp(*HEAD, *SCTP, *AUDIO)) == NoLine()


@pytest.mark.parametrize(
    ("number", "line", "shown"),
    [
        (1, "garbage", "garbage"),
        (1, "o=- 1 2 IN IP4 127.0.0.1", "o=- 1 2 IN IP4 …"),
        (2, "o=-", "o=-"),
        (4, "t=now", "t=now"),
        (7, "m=nonsense", "m=nonsense"),
        (8, "c=IN IP9 x", "c=IN IP9 x"),
        (10, "a=ice-ufrag:é", "a=ice-ufrag:…"),
        (11, "a=ice-pwd:short", "a=ice-pwd:…"),
        (12, "a=fingerprint:sha-256 none", "a=fingerprint:…"),
        (13, "a=setup:maybe", "a=setup:maybe"),
        (14, "a=sctp-port:many", "a=sctp-port:many"),
        (22, "a=rtpmap:opus", "a=rtpmap:opus"),
        (29, "a=candidate:1 1 udp x 192.0.2.1 5 typ host", "a=candidate:1 1 udp x … 5 typ host"),
        (14, "", ""),
    ],
)
def test_the_first_line_at_fault_is_named_and_shown_without_secrets(number: int, line: str, shown: str) -> None:
    lines = [*HEAD, *SCTP, *AUDIO]
    lines[number - 1] = line
    assert line_at_fault(sdp(*lines)) == SdpLine(number=number, text=shown)


def test_a_line_is_cut_and_made_plain() -> None:
    assert len(quoted("m=" + "x" * 500)) == 200
    assert quoted("m=\x1b[31mred") == r"m=\x1b[31mred"
    assert quoted("c=IN IP6 2001:db8::1, host 9f.local, 198.51.100.7") == "c=IN IP6 …, host …, …"


@pytest.mark.parametrize(
    ("description", "found"),
    [
        (sdp(*HEAD, *SCTP), NoLine()),
        (sdp(*HEAD, "m=text 9 UDP/TLS/RTP/SAVPF 98"), SdpLine(number=7, text="m=text 9 UDP/TLS/RTP/SAVPF 98")),
    ],
)
def test_a_section_of_a_kind_that_nobody_knows(description: str, found: LineAtFault) -> None:
    assert section_at_fault(description) == found


@pytest.mark.parametrize(
    ("description", "missing"),
    [
        ("", "it has no media section"),
        (sdp(*HEAD, *SCTP), ""),
        (sdp(*HEAD, SCTP[0], "a=ice-ufrag:aB3+"), "it has no a=ice-pwd and no a=fingerprint"),
    ],
)
def test_what_is_missing_is_named(description: str, missing: str) -> None:
    assert what_is_missing(description) == missing


def test_sections_of_a_bundle_are_spelled_out() -> None:
    full = spelled_out(sdp(*HEAD, *SCTP, *AUDIO))
    assert full == sdp(*HEAD, *SCTP, *AUDIO, *SECRETS)
    assert spelled_out(full) == full


def test_what_the_session_says_is_not_said_again() -> None:
    session = sdp(*HEAD, *SECRETS, SCTP[0], "a=mid:0", *AUDIO)
    assert spelled_out(session) == session


@pytest.mark.parametrize("alone", [sdp(*HEAD[:4], *SCTP, *AUDIO), sdp(*HEAD)])
def test_without_a_bundle_nothing_is_shared(alone: str) -> None:
    assert spelled_out(alone) == alone
