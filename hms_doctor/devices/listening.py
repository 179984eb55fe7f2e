"""What a sound survey lacks and the child process can learn: PortAudio's list, and two seconds of a microphone."""

import time
from array import array
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from hms_doctor.devices.portaudio import listed
from hms_doctor.devices.recording import BLOCK_SECONDS, RecordingError, Running, recording
from hms_doctor.devices.request import Request, Stage, Teller
from hms_doctor.model.devices.choice import way_to
from hms_doctor.model.devices.levels import levels
from hms_doctor.model.devices.pace import pace
from hms_doctor.model.devices.recordings import LeftAlone, Lost, Outcome, Recorded, ThroughServer, Way
from hms_doctor.model.devices.sound import NodeOpened, ServerUntold, SoundNode, SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind, NotTried
from hms_doctor.model.devices.wish import DeviceProof
from hms_doctor.platforms.alsa import CAPTURE, sound_nodes
from hms_doctor.platforms.roots import Roots

SECONDS: Final = 2.0
"""What is recorded, from the first sample on (testrtc's measure)."""
_LIST_SECONDS: Final = 3.0
_RECORDING_SECONDS: Final = 9.5
"""To begin, for the first sample (3), to record (2), and until a stream that stops is given up (3)."""
_DIRECTION: Final = {DeviceKind.MICROPHONE: "input", DeviceKind.SPEAKER: "output"}


def listened(survey: SoundSurvey, request: Request, tell: Teller) -> Iterator[SoundSurvey]:
    """Ask PortAudio what the kernel and the server left open; then record, where a test is asked for."""
    if _leaves_a_question(survey):
        tell(Stage(name="PortAudio", seconds=_LIST_SECONDS))
        survey = replace(survey, portaudio=listed(_DIRECTION[request.kind]))
        yield survey
    if request.kind is DeviceKind.MICROPHONE and request.wish.proof is DeviceProof.TEST:
        way = way_to(survey, request.wish.microphone)
        if isinstance(way, LeftAlone):
            yield replace(survey, recording=way)
        elif not isinstance(way, NotTried):
            name = "the sound server" if isinstance(way, ThroughServer) else "PortAudio"
            tell(Stage(name=name, seconds=_RECORDING_SECONDS))
            outcome = two_seconds(way)
            nodes = survey.nodes if isinstance(outcome, Recorded) else _nodes_again(request, way)
            yield replace(survey, recording=outcome, nodes=nodes)


def _nodes_again(request: Request, way: Way) -> tuple[SoundNode, ...]:
    """Look again after a failure: a card that somebody took meanwhile is missing from PortAudio's list, not busy."""
    roots = Roots(dev=Path(request.dev), sys=Path(request.sys), proc=Path(request.proc))
    return sound_nodes(roots, CAPTURE, sparing=isinstance(way, ThroughServer))


def _leaves_a_question(survey: SoundSurvey) -> bool:
    """A sound server runs, pactl does not tell of it, and no node can be opened: PortAudio may know a way in."""
    opened = any(isinstance(node.look, NodeOpened) for node in survey.nodes)
    return isinstance(survey.server, ServerUntold) and not opened


def two_seconds(way: Way) -> Outcome:
    """Record, measure, and forget the sound."""
    began = time.monotonic()
    try:
        with recording(way) as running:
            outcome = _measured(running, way, began)
    except RecordingError as error:
        return error.outcome
    if isinstance(way, ThroughServer) and not _is_listed(way):
        return Lost(name=way.name, seconds=SECONDS, detail="the sound server no longer lists it")
    return outcome


def _measured(running: Running, way: Way, began: float) -> Recorded:
    samples, arrivals = array("f"), list[float]()
    wanted = int(SECONDS * running.rate) * running.channels
    for block in running.blocks:
        arrivals.append(time.monotonic())
        samples += block
        if len(samples) >= wanted:
            break
    return Recorded(
        name=way.name,
        levels=levels(samples, running.channels, running.rate),
        first_ms=max(0.0, arrivals[0] - began - BLOCK_SECONDS) * 1000,
        rate=running.rate * pace(arrivals, BLOCK_SECONDS),
        missed=running.missed(),
    )


def _is_listed(way: ThroughServer) -> bool:
    """PipeWire records its default where a source is not there, and both servers move a stream whose source goes."""
    from hms_doctor.platforms.pulse import lists

    return lists(way.source)
