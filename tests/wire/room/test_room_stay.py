"""A healthy stay in a room, end to end, and the wire as the SDK speaks it."""

import threading
from collections.abc import Mapping

from odd_sfu import Sfu
from stays import staying

from hms_doctor.model.finding import Passed
from hms_doctor.model.room.media import Measured, MediaFlow
from hms_doctor.model.room.publishing import Publishing, Renegotiated
from hms_doctor.model.room.subscribing import Subscribing


async def test_a_healthy_stay_passes_every_check() -> None:
    sfu = Sfu()
    async with staying(sfu, media=2.2) as stay:
        [joined] = await stay.join()
        assert isinstance(joined, Passed)
        assert joined.evidence["others"] == 1
        connected = [finding for findings in await stay.connect() for finding in findings]
        assert [finding.summary for finding in connected if not isinstance(finding, Passed)] == []
        publishing, subscribing = stay.facts[Publishing], stay.facts[Subscribing]
        assert publishing.transport.is_up
        assert isinstance(publishing.renegotiation, Renegotiated)
        assert publishing.renegotiation.kinds == ("audio", "video")
        assert subscribing.tracks == ("audio",)
        media = await stay.media()  # and notes, where this machine held packets up itself
        assert [finding.summary for finding in media if not isinstance(finding, Passed)] == []
        flow = stay.facts[MediaFlow]
        assert [(track.side, track.kind) for track in flow.tracks] == [
            ("publish", "audio"), ("publish", "video"), ("subscribe", "audio"),
        ]  # fmt: skip
        assert all(track.packets > 20 and track.octets > 0 for track in flow.tracks)
        assert isinstance(flow.tracks[0].jitter, Measured)
        [held] = await stay.hold()
        assert isinstance(held, Passed)
    assert sfu.heard("leave") == [{"client_reason": "user request"}]
    assert not [thread.name for thread in threading.enumerate() if "decoder" in thread.name]


async def test_the_wire_is_the_sdks() -> None:
    sfu = Sfu()
    async with staying(sfu) as stay:
        await stay.join()
        await stay.connect()
    [join] = sfu.heard("join")
    assert set(join) == {
        "name", "disableVidAutoSub", "data", "offer", "server_sub_degrade", "simulcast", "onDemandTracks",
    }  # fmt: skip
    assert (join["name"], join["disableVidAutoSub"], join["data"]) == ("hms-doctor", True, "")
    offered = join["offer"]
    assert isinstance(offered, Mapping)
    assert [line for line in offered["sdp"].splitlines() if line.startswith("m=")] == [
        line for line in offered["sdp"].splitlines() if line.endswith("UDP/DTLS/SCTP webrtc-datachannel")
    ]
    [offer] = sfu.heard("offer")
    assert offer["sfu_node_id"] == "odd-1"
    tracks = offer["tracks"]
    assert isinstance(tracks, Mapping)
    for id_, track in tracks.items():
        assert set(track) == {"type", "source", "description", "mute", "track_id", "stream_id"}
        assert track["track_id"] == id_
        assert f"a=msid:{track['stream_id']} {id_}" in str(offer["desc"])
    [answer] = sfu.heard("answer")
    assert set(answer) == {"desc", "sfu_node_id"}
