"""The child process: looks at one kind of device and tells what it saw, line by line, until it ends or is killed."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hms_doctor.devices.request import Done, Request, Stage, Teller, Told, question_in
from hms_doctor.model.devices.cameras import CameraSurvey, Unanswered
from hms_doctor.model.devices.codec import to_json
from hms_doctor.model.devices.look import Survey
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.platforms.current import asked_first, surveys
from hms_doctor.platforms.processes import die_with_parent, leave_no_core
from hms_doctor.platforms.roots import Roots

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_SURVEY_SECONDS: Final = 6.0
_CAMERA_SECONDS: Final = 3.0


def main() -> None:
    """Read the question from stdin, answer it on stdout; stdin stays open as long as the parent lives."""
    tell = Teller(os.dup(_STDOUT))
    os.dup2(_STDERR, _STDOUT)
    request = question_in(_line(_STDIN))
    leave_no_core()
    die_with_parent(_STDIN)
    tell(Done(stuck=answer(request, tell)))
    sys.stdout.flush()


def _line(descriptor: int) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n"):
        read = os.read(descriptor, 65536)
        if not read:
            break
        line += read
    return bytes(line)


def answer(request: Request, tell: Teller) -> bool:
    """Look at this machine, or play the script of a simulated one; true where a driver has not answered to the end."""
    if request.script:
        from hms_doctor.devices.scripted import play

        play(request, tell)
        return False
    seconds = _CAMERA_SECONDS if asked_first(request.kind) == "Video4Linux" else _SURVEY_SECONDS
    tell(Stage(name=asked_first(request.kind), seconds=seconds))
    roots = Roots(dev=Path(request.dev), sys=Path(request.sys), proc=Path(request.proc))
    stuck = False
    for survey in surveys(request.kind, roots):
        tell(Told(survey=to_json(survey)))
        for fuller in _deepened(survey, request, tell):
            tell(Told(survey=to_json(fuller)))
        stuck = isinstance(survey, CameraSurvey) and any(isinstance(node.look, Unanswered) for node in survey.nodes)
    return stuck


def _deepened(survey: Survey, request: Request, tell: Teller) -> Iterator[Survey]:
    """Ask a native library what the kernel left open; nothing is loaded where nothing is."""
    if isinstance(survey, SoundSurvey):
        from hms_doctor.devices.listening import listened

        for fuller in listened(survey, request, tell):
            survey = fuller
            yield fuller
    if isinstance(survey, CameraSurvey | OsSurvey):
        from hms_doctor.devices.filmed import filmed

        yield from filmed(survey, request, tell)
    if isinstance(survey, OsSurvey):
        from hms_doctor.devices.os_recorded import recorded

        yield from recorded(survey, request, tell)
    if request.wish.watches and isinstance(survey, SoundSurvey | OsSurvey):
        from hms_doctor.devices.metering import metered

        yield from metered(survey, request, tell)
    if request.wish.plays and isinstance(survey, SoundSurvey | OsSurvey):
        from hms_doctor.devices.playing import played

        yield from played(survey, request, tell)
