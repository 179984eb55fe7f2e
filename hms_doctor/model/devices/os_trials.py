"""A camera or microphone of macOS or Windows that was put to the test, judged."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.causes.devices import CAMERA_SILENT
from hms_doctor.model.devices.opencv_words import Said, said_in
from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey, Sharing, chosen
from hms_doctor.model.devices.os_words import MACOS, WINDOWS, allow, unsure, warned, whom
from hms_doctor.model.devices.pictures import FirstFrame, NoFrame
from hms_doctor.model.devices.recording_verdicts import of_the_recording
from hms_doctor.model.devices.recordings import Outcome, Recorded, Refusal, Refused
from hms_doctor.model.devices.sound import NoServer, SoundSurvey
from hms_doctor.model.devices.surveys import LibraryMissing, NotTried
from hms_doctor.model.devices.words import Words
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Passed, Undecided, Warned
from hms_doctor.model.json import JsonObject

_DENIED_SOUND: Final = ("[MME error 1]", "PaErrorCode -9985")
"""What PortAudio says on Windows of a microphone that the privacy settings deny, and of one that is taken."""


def of_the_frame(survey: OsSurvey, words: Words, evidence: JsonObject, noise: str) -> Iterator[Finding]:
    """Judge the first picture; why there was none, OpenCV may have said on stderr."""
    frame = survey.frame
    match frame:
        case NotTried():
            return
        case FirstFrame():
            size = f"{frame.width}x{frame.height}"
            yield Passed(summary=f"first picture after {frame.ms:.0f} ms, {size} {unsure(survey)}")
        case NoFrame():
            told: JsonObject = {**evidence, "stderr": noise[-200:]}
            yield _without_picture(survey, frame, words, told, said_in(noise))
        case LibraryMissing():
            yield Undecided(
                summary=f"no picture was taken: {frame.library} does not load ({frame.detail})",
                action="Reinstall opencv-python-headless where hms-doctor is installed.",
            )


def _without_picture(survey: OsSurvey, frame: NoFrame, words: Words, evidence: JsonObject, said: Said) -> Finding:
    name = next((device.name for device in _tried(survey, frame.path)), f"camera {frame.path}")[:80]
    match said:
        case Said.DENIED:
            return warned(survey, words.consent, f"{words.consent.title}{whom(survey)}", allow(survey, words), evidence)
        case Said.NOT_ASKED:
            saw = f"the {words.noun} was not allowed yet{whom(survey)}"
            return warned(survey, words.consent, saw, allow(survey, words), evidence)
        case Said.ABSENT:
            return warned(survey, words.absent, f"{name} was listed, and is gone", "", evidence)
        case Said.FAILED | Said.NOTHING:
            return _taken_or_silent(survey, frame, name, words, evidence)


def _tried(survey: OsSurvey, path: str) -> tuple[OsDevice, ...]:
    """Give the device of a number in the system's list."""
    return survey.devices[int(path) :][:1] if path.isdecimal() else ()


def _taken_or_silent(survey: OsSurvey, frame: NoFrame, name: str, words: Words, evidence: JsonObject) -> Finding:
    holder = holders(survey, _tried(survey, frame.path))
    suspended = any(device.sharing is Sharing.SUSPENDED for device in _tried(survey, frame.path))
    if holder:
        order = f"Close {holder}, then try again."
        return warned(survey, words.busy, f"{name} gave no picture, and is in use by {holder}", order, evidence)
    if suspended:
        order = "Open the lid or the camera's cover, then try again."
        return warned(survey, CAMERA_SILENT, f"{name} is suspended, as behind a closed lid", order, evidence)
    saw = f"{name} opens, and delivered no picture in {frame.ms / 1000:.1f} s"
    return warned(survey, CAMERA_SILENT, saw, "", evidence)


def holders(survey: OsSurvey, devices: tuple[OsDevice, ...]) -> str:
    """Name who uses a device that failed to open; before that it says nothing, as both systems let programs share."""
    named = ", ".join(user.name for user in survey.users)[:80]
    return named or ("another app" if any(device.sharing is Sharing.ELSEWHERE for device in devices) else "")


def of_the_recording_there(survey: OsSurvey, words: Words, evidence: JsonObject) -> Iterator[Finding]:
    """Judge two seconds of a microphone: what denies it does not say so on either system."""
    match survey.recording:
        case NotTried():
            return
        case Recorded() as heard if heard.levels.overall.zeros == 1 and _may_be_denied(survey):
            saw = f"{heard.name} records exact zeros, as macOS gives them to a program that it does not allow"
            yield warned(survey, words.consent, saw, allow(survey, words), evidence)
        case Refused() as refused if refused.reason in {Refusal.BUSY, Refusal.OTHER}:
            yield _refused(survey, refused, words, {**evidence, "refusal": refused.detail})
        case outcome:
            yield from _as_elsewhere(survey, outcome, evidence)


def _may_be_denied(survey: OsSurvey) -> bool:
    return survey.system == MACOS and survey.consent is not Consent.ALLOWED


def _refused(survey: OsSurvey, refused: Refused, words: Words, evidence: JsonObject) -> Finding:
    holder = holders(survey, chosen(survey))
    looks_denied = survey.system == WINDOWS and any(said in refused.detail for said in _DENIED_SOUND)
    if holder:
        saw = f"{refused.name} could not be recorded, and is in use by {holder}"
        return warned(survey, words.busy, saw, f"Close {holder}, then try again.", evidence)
    if looks_denied and survey.consent is not Consent.ALLOWED:
        saw = f"{refused.name} could not be recorded, as where the privacy settings deny it"
        return warned(survey, words.consent, saw, allow(survey, words), evidence)
    if refused.reason is Refusal.BUSY:
        return warned(survey, words.busy, f"{refused.name} could not be recorded, as where it is in use", "", evidence)
    return Undecided(
        summary=f"{refused.name} could not be recorded: {refused.detail}"[:199],
        action="Try the microphone in the app.",
        evidence=evidence,
    )


def _as_elsewhere(survey: OsSurvey, outcome: Outcome, evidence: JsonObject) -> Iterator[Finding]:
    """Judge what was heard as on Linux, and no worse than a warning."""
    nothing = SoundSurvey(here=survey.here, cards=(), nodes=(), server=NoServer(), portaudio=NotTried())
    for found in of_the_recording(nothing, outcome, None, (), evidence):
        yield capped(survey, found)


def capped(survey: OsSurvey, found: Finding) -> Finding:
    """Give a finding of Linux's rules as one that was never seen to be true here."""
    match found:
        case Failed() | Warned():
            action = found.action or found.cause.action
            return warned(survey, found.cause, found.summary[:170], action, found.evidence)
        case Passed():
            return Passed(summary=f"{found.summary[:170]} {unsure(survey)}", evidence=found.evidence)
        case Undecided() | NothingToCheck():
            return found
