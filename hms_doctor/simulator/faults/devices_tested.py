"""What only a test of camera, microphone and speaker shows: pictures, recorded sound, a tone."""

from dataclasses import replace
from typing import Final

from hms_doctor.model.devices.cameras import CameraSurvey
from hms_doctor.model.devices.levels import SILENCE, Level, Levels
from hms_doctor.model.devices.modes import ASKED
from hms_doctor.model.devices.pictures import Film, Light, NoPicture, Pictures, PicturesLost
from hms_doctor.model.devices.playings import Heeded, Played, PlayOutcome, StuckPlaying
from hms_doctor.model.devices.recordings import Lost, NoSamples, Outcome, Recorded
from hms_doctor.model.devices.scripts import SIMULATED_CAMERA, SIMULATED_HERE, simulated_device
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.tone import NotHeard
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish
from hms_doctor.simulator.device_fault import fault, sources
from hms_doctor.simulator.fault import Fault

_TEST: Final = DeviceWish(proof=DeviceProof.TEST)
_PLAY: Final = DeviceWish(plays=True)
_CAMERA, _MICROPHONE, _SPEAKER, _ = DeviceKind
_MIC: Final = "Simulated Microphone"
_SPEAKER_NAME: Final = "Simulated Speaker"
_GOOD: Final = Pictures(
    path=SIMULATED_CAMERA.path,
    asked=ASKED,
    got=replace(ASKED, pixels="YUYV"),
    delivered=30,
    corrupt=0,
    dropped=0,
    missed=0,
    repeated=0,
    opened_ms=340.0,
    first_ms=310.0,
    span_ms=968.0,
    quiet_ms=2.0,
    light=Light(judged=30, black=0, mean=96.0),
    left="",
)
_VOICE: Final = Level(rms=-32.0, peak=-12.0, zeros=0.0, clips=0, offset=0.0)


def _filmed(name: str, summary: str, film: Film, *, root: tuple[int, str]) -> Fault:
    survey = CameraSurvey(here=SIMULATED_HERE, nodes=(SIMULATED_CAMERA,), film=film)
    return fault(name, _CAMERA, summary, survey, root=root, wish=_TEST)


def _recorded(name: str, summary: str, outcome: Outcome, *, root: tuple[int, str]) -> Fault:
    return fault(name, _MICROPHONE, summary, sources(simulated_device(_MIC), recording=outcome), root=root, wish=_TEST)


def _heard(level: Level) -> Recorded:
    heard = Levels(frames=96_000, rate=48_000, overall=level, channels=(level, level), is_mono=False)
    return Recorded(name=_MIC, levels=heard, first_ms=21.0, rate=48_000.0)


def _played(name: str, summary: str, outcome: PlayOutcome, *, root: tuple[int, str]) -> Fault:
    survey = replace(sources(simulated_device(_SPEAKER_NAME)), playing=outcome)
    return fault(name, _SPEAKER, summary, survey, root=root, wish=_PLAY)


FAULTS = (
    _filmed(
        "camera-silent",
        "the camera opens and delivers no picture",
        NoPicture(path=SIMULATED_CAMERA.path, seconds=3.0, corrupt=0, errno=""),
        root=(3015, "camera.silent"),
    ),
    _filmed(
        "camera-lost",
        "the camera is unplugged while it streams (web: 3004)",
        PicturesLost(pictures=replace(_GOOD, delivered=12, span_ms=370.0), errno="ENODEV", reopened="ENOENT"),
        root=(3002, "camera.lost"),
    ),
    _filmed(
        "camera-black",
        "the camera delivers black pictures (warns)",
        replace(_GOOD, light=Light(judged=30, black=30, mean=0.0)),
        root=(0, "camera.black"),
    ),
    _filmed(
        "camera-frozen",
        "the camera delivers the same picture over and over (warns)",
        replace(_GOOD, repeated=29),
        root=(0, "camera.frozen"),
    ),
    _filmed(
        "camera-slow",
        "the camera delivers 4 pictures a second where it promised 30 (warns)",
        replace(_GOOD, delivered=5, span_ms=1000.0),
        root=(0, "camera.slow"),
    ),
    _filmed(
        "camera-small",
        "the camera delivers pictures of 640x480 and no larger ones (warns)",
        replace(_GOOD, got=replace(ASKED, pixels="YUYV", width=640, height=480)),
        root=(0, "camera.small"),
    ),
    _recorded(
        "microphone-silent-stream",
        "the microphone opens and delivers no sound",
        NoSamples(name=_MIC, seconds=3.0),
        root=(3015, "microphone.silent_stream"),
    ),
    _recorded(
        "microphone-lost",
        "the microphone is unplugged while it records (web: 3004)",
        Lost(name=_MIC, seconds=0.9, detail=""),
        root=(3002, "microphone.lost"),
    ),
    fault(
        "microphone-silence",
        _MICROPHONE,
        "the microphone records nothing but zeros (warns; web: 3010)",
        sources(simulated_device(_MIC), recording=_heard(replace(_VOICE, rms=SILENCE, peak=SILENCE, zeros=1.0))),
        root=(0, "microphone.silence"),
        wish=_TEST,
        warns_with_code=True,
    ),
    _recorded(
        "microphone-quiet",
        "the microphone hears nothing, not even a room (warns)",
        _heard(replace(_VOICE, rms=-96.0, peak=-90.0)),
        root=(0, "microphone.quiet"),
    ),
    _recorded(
        "microphone-clips",
        "the microphone is turned up too far (warns)",
        _heard(replace(_VOICE, rms=-4.0, peak=0.0, clips=40)),
        root=(0, "microphone.clips"),
    ),
    _played(
        "speaker-unheard",
        "a tone is played, and the microphone does not hear it (warns)",
        Played(
            name=_SPEAKER_NAME,
            ms=1100.0,
            ear=Heeded(microphone=_MIC, is_monitor=False, rms=-58.0, result=NotHeard(margin_db=2.0)),
        ),
        root=(0, "speaker.unheard"),
    ),
    _played(
        "speaker-stuck",
        "the sound output takes a tone and does not play it (warns)",
        StuckPlaying(name=_SPEAKER_NAME, seconds=4.0),
        root=(0, "speaker.stuck"),
    ),
)
