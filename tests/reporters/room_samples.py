"""What two runs that joined say of the room: all of it stands, and one whose publish connection finds no way."""

from typing import Final

from hms_doctor.model.causes import Audience, Cause, Scope
from hms_doctor.model.finding import CheckResult, Failed, Passed, Ran, Skipped
from hms_doctor.model.json import JsonObject
from hms_doctor.model.room.stages import Stage

BLOCKED: Final = Cause(
    id="sample.room.ice.publish",
    title="no way to the media server",
    action="allow UDP to the addresses of 100ms's media servers.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=4005,
)
OUT: Final[JsonObject] = {"direction": "sent", "kind": "audio", "packets": 150, "kbps": 32.4, "rtt_ms": 12.3,
                          "jitter_ms": 1.25, "loss_percent": 0.0}  # fmt: skip
SHOWN: Final[JsonObject] = {**OUT, "kind": "video", "packets": 412, "kbps": 640.0, "loss_percent": 1.5}
HEARD: Final[JsonObject] = {"direction": "received", "kind": "audio", "packets": 149, "kbps": 31.8, "jitter_ms": 2.0}
PAIR: Final[JsonObject] = {"local": "host udp 192.168.1.20:50123", "remote": "host udp 203.0.113.9:40000"}


def _ran(check_id: str, finding: Passed | Failed, **measurements: float) -> CheckResult:
    outcome = Ran(findings=(finding,), duration_ms=40.0, measurements=measurements)
    return CheckResult(id=check_id, title=check_id, outcome=outcome)


JOIN: Final = _ran(
    "signalling.join",
    Passed(
        summary="joined as host, 1 other is there",
        evidence={"others": 1, "stages": {Stage.INIT_FETCHED: True, Stage.SIGNAL_CONNECTED: True}},
    ),
    join_ms=27.0,
)
PUBLISH: Final = _ran(
    "room.publish",
    Passed(
        summary="connected, audio and video taken",
        evidence={
            "stages": {Stage.ICE_ESTABLISHED_PUBLISH: True, Stage.MEDIA_CAPTURED: True},
            "path": "direct over UDP",
            "pair": PAIR,
            "dtls": "up",
        },
    ),
    ice_ms=12.0,
    dtls_ms=30.0,
)
SUBSCRIBE: Final = _ran(
    "room.subscribe",
    Passed(
        summary="connected",
        evidence={
            "stages": {Stage.ICE_ESTABLISHED_SUBSCRIBE: True},
            "path": "through the relay 203.0.113.5 over TCP",
            "pair": PAIR,
            "dtls": "up",
        },
    ),
    ice_ms=112.0,
    dtls_ms=131.0,
)
MEDIA: Final = _ran(
    "room.media",
    Passed(
        summary="audio and video flow both ways at 12 ms",
        evidence={
            "stages": {Stage.MEDIA_PUBLISHED: True, Stage.COMPLETED: True},
            "tracks": [OUT, SHOWN, HEARD],
            "voice": "4.4 of 5",
        },
    ),
    rtt_ms=12.3,
)
JOINED: Final = (JOIN, PUBLISH, SUBSCRIBE, MEDIA)

NO_WAY: Final = _ran(
    "room.publish",
    Failed(
        cause=BLOCKED,
        summary="no path to the media server: ICE did not connect within 5 s",
        evidence={"stages": {Stage.ICE_ESTABLISHED_PUBLISH: False}},
    ),
)
NO_MEDIA: Final = CheckResult(id="room.media", title="media", outcome=Skipped(because="room.publish"))
NOT_JOINED: Final = tuple(
    CheckResult(
        id=check.id,
        title=check.title,
        outcome=Skipped(because="joining is visible to others in the room: only with --join", not_applicable=True),
    )
    for check in JOINED
)
BLOCKED_PUBLISH: Final = (JOIN, NO_WAY, SUBSCRIBE, NO_MEDIA)
