"""The child's side of a camera that is put to the test: which one, by what means, and what is told of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from hms_doctor.devices.request import Request, Stage, Teller
from hms_doctor.model.devices.cameras import CameraOpened, CameraSurvey
from hms_doctor.model.devices.look import Survey
from hms_doctor.model.devices.os_survey import OsSurvey, may_be_tried
from hms_doctor.model.devices.pictures import Pictures
from hms_doctor.model.devices.standing import to_film
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.wish import DeviceProof
from hms_doctor.platforms.processes import ending_gently

_LIBRARY_SECONDS: Final = 8.0
_INTERFACES: Final = {"macOS": "CAP_AVFOUNDATION", "Windows": "CAP_MSMF"}


def filmed(survey: Survey, request: Request, tell: Teller) -> Iterator[Survey]:
    """Take pictures of the camera that is meant, where the run asks for a test and a camera is free."""
    if request.kind is DeviceKind.CAMERA and request.wish.proof is DeviceProof.TEST:
        if isinstance(survey, CameraSurvey):
            yield from _on_linux(survey, request, tell)
        if isinstance(survey, OsSurvey):
            yield from _elsewhere(survey, request, tell)


def _on_linux(survey: CameraSurvey, request: Request, tell: Teller) -> Iterator[CameraSurvey]:
    from hms_doctor.devices.filming import film

    for node in to_film(survey.nodes, request.wish.camera):
        formats = node.look.formats if isinstance(node.look, CameraOpened) else ()
        with ending_gently():
            taken = film(
                Path(node.path), formats, Path(request.proc), lambda name, s: tell(Stage(name=name, seconds=s))
            )
        seen = replace(survey, film=taken.film)
        yield seen
        if taken.packed and isinstance(taken.film, Pictures):
            from hms_doctor.devices.frames import light_of_packed

            tell(Stage(name="OpenCV", seconds=_LIBRARY_SECONDS))
            yield replace(seen, film=replace(taken.film, light=light_of_packed(taken.packed)))


def _elsewhere(survey: OsSurvey, request: Request, tell: Teller) -> Iterator[OsSurvey]:
    from hms_doctor.devices.frames import first_frame, numbered

    for number in numbered(survey, request.wish.camera) if may_be_tried(survey) else ():
        tell(Stage(name="OpenCV", seconds=_LIBRARY_SECONDS))
        yield replace(survey, frame=first_frame(number, _INTERFACES.get(survey.system, "CAP_ANY")))
