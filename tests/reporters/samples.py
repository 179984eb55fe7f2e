"""Representative reports, built by hand: what the runner would have made of ten kinds of run."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from room_samples import BLOCKED_PUBLISH, JOINED, NO_WAY

from hms_doctor.model.causes import Audience, Cause, Scope
from hms_doctor.model.finding import CheckResult, Failed, Finding, Passed, Ran, Skipped, Status, Undecided, Warned
from hms_doctor.model.json import JsonObject
from hms_doctor.model.report.report import (
    Confidence,
    Consequence,
    Diagnosis,
    Environment,
    Report,
    RootCause,
    Verdict,
)
from hms_doctor.model.vantage import Seat

UDP_BLOCKED: Final = Cause(
    id="sample.turn.unreachable",
    title="no relay can be reached",
    action="allow UDP 3478 to turn-in.100ms.live (hms-doctor network --firewall-request prints the exact rows).",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=4005,
)
USER_ID_NUMBER: Final = Cause(
    id="sample.token.claim.user_id",
    title="user_id is no string",
    action='send it as "17" where your server builds the token.',
    audience=Audience.APP_DEVELOPER,
    scope=Scope.TOKEN,
    code=40107,
)
EXPIRES_SOON: Final = Cause(
    id="sample.token.expires_soon",
    title="the token expires soon",
    action="make a fresh token for each join.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.TOKEN,
)
MUTED: Final = Cause(
    id="sample.microphone.muted",
    title="the microphone is muted",
    action="unmute it in the system's sound settings.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
)
PORTAL: Final = Cause(
    id="sample.portal.captive",
    title="a captive portal",
    action="open any web page, accept the network's terms there, then try again.",
    audience=Audience.CALLER,
    scope=Scope.NETWORK,
    code=2003,
    explains=("sample.tls.*",),
)
WRONG_NAME: Final = Cause(
    id="sample.tls.wrong_name",
    title="the certificate is for another name",
    action="ask whoever runs this network why it answers for 100ms.",
    audience=Audience.ADMINISTRATOR,
    scope=Scope.NETWORK,
    code=2003,
)
CAMERA_BUSY: Final = Cause(
    id="sample.camera.busy",
    title="another program holds the camera",
    action="close zoom (process 4242), or choose another camera.",
    audience=Audience.CALLER,
    scope=Scope.MACHINE,
    code=3003,
)

HERE: Final = Environment(os="Linux 6.1", python="3.11.2")
NOTHING: Final = Diagnosis()
NOT_PROVEN: Final = ("joining the room", "media", "browser permissions")


def ran(check_id: str, title: str, *findings: Finding, ms: float = 0.4, **measurements: float) -> CheckResult:
    return CheckResult(
        id=check_id, title=title, outcome=Ran(findings=findings, duration_ms=ms, measurements=measurements)
    )


def good(check_id: str, title: str, summary: str, ms: float = 0.4, **evidence: str) -> CheckResult:
    return ran(check_id, title, Passed(summary=summary, evidence=evidence), ms=ms)


def skipped(check_id: str, title: str, because: str, *, asked_for: bool = False, idle: bool = False) -> CheckResult:
    return CheckResult(
        id=check_id, title=title, outcome=Skipped(because=because, asked_for=asked_for, not_applicable=idle)
    )


FORMAT: Final = good("token.format", "the token's form", "3 segments, HS256")
CLAIMS: Final = good("token.claims", "the token's claims", "host in room 60d1f2a3b4c5d6e7f8091a2b as u-17")
TIME: Final = good("token.time", "the token's times", "expires in 23 h 57 min")
URL: Final = good("endpoint.url", "the endpoint's URL", "https://prod-init.100ms.live")
REACH: Final = ran(
    "endpoint.reach", "the way to the endpoint", Passed(summary="203.0.113.7, TLS 1.3, no proxy"),
    ms=97.2, resolve_ms=12.1, connect_ms=20.4, tls_ms=64.7,
)  # fmt: skip
INIT: Final = good("init", "the init request", "5 TURN URLs, signalling at prod-in2.100ms.live", ms=48.3)
CONNECT: Final = good("signalling.connect", "the signalling connection", "role host, policy received", ms=151.0)
CAMERA: Final = good("devices.camera", "the camera", "Integrated Camera, 1280×720, free", ms=31.0)
MICROPHONE: Final = good("devices.microphone", "the microphone", "Built-in, a signal is there", ms=12.0)
NO_BLUETOOTH: Final = skipped("devices.bluetooth", "Bluetooth audio", "no Bluetooth adapter", idle=True)


def report(
    verdict: Verdict,
    exit_code: int,
    headline: str,
    checks: Iterable[CheckResult],
    *,
    diagnosis: Diagnosis = NOTHING,
    environment: Environment = HERE,
    extra: JsonObject = MappingProxyType({}),
    not_proven: tuple[str, ...] = NOT_PROVEN,
) -> Report:
    return Report(
        version="0.1.0",
        run_id="6f1c2d3e4f5a6b7c",
        started_at="2026-11-21T18:22:10.123Z",
        duration_ms=1312.4,
        environment=environment,
        verdict=verdict,
        exit_code=exit_code,
        headline=headline,
        diagnosis=diagnosis,
        not_proven=not_proven,
        checks=tuple(checks),
        extra=extra,
    )


def told(result: CheckResult, confidence: Confidence, *evidence: str) -> RootCause:
    """Give the cause of a result's leading finding as the diagnosis tells it."""
    finding = result.leading[0]
    assert isinstance(finding, Failed | Warned)
    return RootCause(
        cause=finding.cause,
        check=result.id,
        code=finding.cause.code,
        status=result.status,
        summary=finding.summary,
        action=finding.action or finding.cause.action,
        confidence=confidence,
        evidence=evidence,
    )


def healthy() -> Report:
    relay = good("ice.turn", "the relays", "5 of 5 relays lend a path", ms=310.0)
    end = good("ice.verdict", "a path for media", "relay over UDP at 42 ms")
    return report(
        Verdict.PASS,
        0,
        "No obstacle found: relay over UDP at 42 ms, camera and microphone free.",
        (FORMAT, CLAIMS, TIME, URL, REACH, INIT, CONNECT, relay, end, CAMERA, MICROPHONE, NO_BLUETOOTH),
    )


def udp_blocked() -> Report:
    time = ran("token.time", "the token's times", Warned(cause=EXPIRES_SOON, summary="expires in 4 minutes"))
    dropped = {"family": "ipv4", "stage": "reach", "failure": "no answer (3.0 s)", "rtt_ms": None}
    turn = ran(
        "ice.turn",
        "the relays",
        Passed(
            summary="0 of 7 relays: udp dropped, tcp refused",
            evidence={
                "rows": [
                    {"url": "turn:turn-in.100ms.live:3478?transport=udp", "transport": "udp", **dropped},
                    {"url": "turn:turn-in.100ms.live:3478?transport=tcp", "transport": "tcp", **dropped},
                ]
            },
        ),
        ms=1004.0,
    )
    end = ran(
        "ice.verdict",
        "a path for media",
        Failed(cause=UDP_BLOCKED, summary="UDP is blocked and TURN over TCP is refused: no path for media can work"),
    )
    microphone = ran("devices.microphone", "the microphone", Warned(cause=MUTED, summary="Built-in, muted"), ms=12.0)
    quality = skipped("ice.quality", "the quality of the path", "ice.turn")
    root = told(
        end,
        Confidence.HIGH,
        '7 of 7 relay paths fail at "reach"',
        "endpoint.reach: the same machine reaches https://prod-init.100ms.live in 48 ms, so it is not DNS or Wi-Fi",
    )
    others = (told(time, Confidence.HIGH), told(microphone, Confidence.MEDIUM))
    return report(
        Verdict.FAIL,
        1,
        root.summary,
        (FORMAT, CLAIMS, time, URL, REACH, INIT, CONNECT, turn, quality, end, CAMERA, microphone, NO_BLUETOOTH),
        diagnosis=Diagnosis(root=root, others=others),
    )


def user_id_number() -> Report:
    claims = ran(
        "token.claims",
        "the token's claims",
        Failed(
            cause=USER_ID_NUMBER,
            summary="user_id must be a string, it is the number 17",
            evidence={"claim": "user_id", "type": "number", "value": 17},
        ),
    )
    unasked = ("local.link", "local.clock", "endpoint.url", "endpoint.reach", "init", "devices.camera")
    return report(
        Verdict.FAIL,
        1,
        "user_id must be a string, it is the number 17",
        (
            FORMAT,
            claims,
            TIME,
            skipped("token.signature", "the token's signature", "no app secret given", idle=True),
            *(skipped(check_id, check_id, "not named by --only", asked_for=True) for check_id in unasked),
        ),
        diagnosis=Diagnosis(root=told(claims, Confidence.HIGH)),
        extra={
            "token": {
                "header": {"alg": "HS256", "typ": "JWT"},
                "claims": {"user_id": 17, "role": "host"},
                "fingerprint": "9f1c77ab",
            }
        },
    )


def portal() -> Report:
    found = ran(
        "local.portal",
        "a portal in the way",
        Failed(
            cause=PORTAL,
            summary="a captive portal answers for prod-init.100ms.live: it sends every page to http://login.hotel.example",
            evidence={"status": 302, "location": "http://login.hotel.example/?dst=<script>alert(1)</script>"},
        ),
        ms=61.0,
    )
    reach = ran(
        "endpoint.reach",
        "the way to the endpoint",
        Failed(cause=WRONG_NAME, summary="the certificate is for login.hotel.example"),
        ms=97.0,
    )
    root = told(found, Confidence.HIGH, "endpoint.reach: the certificate is for login.hotel.example")
    return report(
        Verdict.FAIL,
        1,
        root.summary,
        (
            found,
            FORMAT,
            URL,
            reach,
            skipped("init", "the init request", "endpoint.reach"),
            skipped("signalling.connect", "the signalling connection", "init"),
        ),
        diagnosis=Diagnosis(
            root=root,
            consequences=(Consequence(check="endpoint.reach", code=2003, explained_by=PORTAL.id),),
        ),
        environment=replace(HERE, seat=Seat.SSH),
    )


def camera_busy() -> Report:
    camera = ran(
        "devices.camera",
        "the camera",
        Failed(
            cause=CAMERA_BUSY,
            summary="内蔵カメラ is in use by zoom (process 4242)",
            evidence={"name": "内蔵カメラ", "path": "/dev/video0"},
        ),
        ms=33.0,
    )
    return report(
        Verdict.FAIL,
        1,
        "内蔵カメラ is in use by zoom (process 4242)",
        (camera, MICROPHONE, NO_BLUETOOTH),
        diagnosis=Diagnosis(root=told(camera, Confidence.MEDIUM, "opening /dev/video0 gives EBUSY")),
        extra={
            "devices": [
                {
                    "kind": "camera",
                    "name": "内蔵カメラ",
                    "id": "/dev/video0",
                    "holder": {"name": "zoom", "pid": 4242},
                    "state": "in use",
                    "mode": "1280x720 at 30 fps",
                }
            ]
        },
    )


def port_audio_missing() -> Report:
    speaker = ran(
        "devices.speaker",
        "the speaker",
        Undecided(
            summary="the system library PortAudio is missing",
            action="Install it (Debian: apt install libportaudio2) and run again.",
        ),
    )
    return report(
        Verdict.INCONCLUSIVE,
        3,
        "We could not tell: devices.speaker: the system library PortAudio is missing",
        (CAMERA, speaker),
        environment=replace(HERE, seat=Seat.CONTAINER, proxies={"https": "http://proxy.corp.example:3128"}),
    )


def interrupted() -> Report:
    half = CheckResult(
        id="ice.turn",
        title="the relays",
        outcome=Ran(
            findings=(Undecided(summary="11 of 12 paths looked at, none failed"),), duration_ms=900.0, complete=False
        ),
    )
    return report(
        Verdict.INCONCLUSIVE,
        130,
        "We could not tell: ice.turn: 11 of 12 paths looked at, none failed",
        (FORMAT, INIT, half, skipped("ice.verdict", "a path for media", "the run ended before this began")),
    )


def warned() -> Report:
    time = ran("token.time", "the token's times", Warned(cause=EXPIRES_SOON, summary="the token expires in 4 minutes"))
    return report(
        Verdict.WARN,
        0,
        "the token expires in 4 minutes",
        (FORMAT, time, URL),
        diagnosis=Diagnosis(root=told(time, Confidence.HIGH)),
    )


def joined() -> Report:
    return report(
        Verdict.PASS,
        0,
        "Ready for a call: audio and video flow both ways at 12 ms, voice 4.4 of 5, camera and microphone free.",
        (FORMAT, INIT, CONNECT, *JOINED, CAMERA, MICROPHONE, NO_BLUETOOTH),
        not_proven=("browser permissions",),
    )


def publish_blocked() -> Report:
    root = told(NO_WAY, Confidence.HIGH, "signalling.join: the same machine joined over TCP 443")
    return report(
        Verdict.FAIL,
        1,
        root.summary,
        (FORMAT, INIT, CONNECT, *BLOCKED_PUBLISH, CAMERA, MICROPHONE, NO_BLUETOOTH),
        diagnosis=Diagnosis(root=root),
        not_proven=("media", "browser permissions"),
    )


SAMPLES: Final = {
    "healthy": healthy(),
    "udp_blocked": udp_blocked(),
    "user_id_number": user_id_number(),
    "portal": portal(),
    "camera_busy": camera_busy(),
    "port_audio_missing": port_audio_missing(),
    "interrupted": interrupted(),
    "warned": warned(),
    "joined": joined(),
    "publish_blocked": publish_blocked(),
}
STATUSES: Final = tuple(Status)
