"""The child process: looks at one kind of device and tells what it saw, line by line, until it ends or is killed."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from hms_doctor.devices.request import Done, Request, Stage, Teller, Told, question_in
from hms_doctor.model.devices.cameras import CameraSurvey
from hms_doctor.model.devices.codec import to_json
from hms_doctor.model.devices.look import Survey
from hms_doctor.model.devices.sound import NodeOpened, ServerUntold, SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.wish import DeviceProof
from hms_doctor.platforms.current import asked_first, surveys
from hms_doctor.platforms.processes import die_with_parent, leave_no_core
from hms_doctor.platforms.roots import Roots

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_SURVEY_SECONDS: Final = 6.0
_LIBRARY_SECONDS: Final = 3.0
_FRAME_SECONDS: Final = 8.0
_DIRECTION: Final = {DeviceKind.MICROPHONE: "input", DeviceKind.SPEAKER: "output"}


def main() -> None:
    """Read the question from stdin, answer it on stdout; stdin stays open as long as the parent lives."""
    tell = Teller(os.dup(_STDOUT))
    os.dup2(_STDERR, _STDOUT)
    request = question_in(_line(_STDIN))
    leave_no_core()
    die_with_parent(_STDIN)
    answer(request, tell)
    tell(Done())
    sys.stdout.flush()


def _line(descriptor: int) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        read = os.read(descriptor, 65536)
        if not read:
            break
        line += read
    return bytes(line)


def answer(request: Request, tell: Teller) -> None:
    """Look at this machine, or play the script of a simulated one."""
    if request.script:
        from hms_doctor.devices.scripted import play

        play(request, tell)
        return
    tell(Stage(name=asked_first(request.kind), seconds=_SURVEY_SECONDS))
    roots = Roots(dev=Path(request.dev), sys=Path(request.sys), proc=Path(request.proc))
    for survey in surveys(request.kind, roots):
        tell(Told(survey=to_json(survey)))
        for fuller in _deepened(survey, request, tell):
            tell(Told(survey=to_json(fuller)))


def _deepened(survey: Survey, request: Request, tell: Teller) -> Iterator[Survey]:
    """Ask a native library what the kernel left open; nothing is loaded where nothing is."""
    if isinstance(survey, SoundSurvey) and _leaves_a_question(survey):
        from hms_doctor.devices.portaudio import listed

        tell(Stage(name="PortAudio", seconds=_LIBRARY_SECONDS))
        yield replace(survey, portaudio=listed(_DIRECTION[request.kind]))
    if isinstance(survey, CameraSurvey) and request.wish.proof is DeviceProof.TEST:
        from hms_doctor.devices.frames import first_frame, free_camera

        for path in free_camera(survey):
            tell(Stage(name="OpenCV", seconds=_FRAME_SECONDS))
            yield replace(survey, frame=first_frame(path))


def _leaves_a_question(survey: SoundSurvey) -> bool:
    """A sound server runs, pactl does not tell of it, and no node can be opened: PortAudio may know a way in."""
    opened = any(isinstance(node.look, NodeOpened) for node in survey.nodes)
    return isinstance(survey.server, ServerUntold) and not opened
