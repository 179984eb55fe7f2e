"""Devices of macOS and Windows, judged: never run there for real, so nothing is worse than a warning."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.causes.devices import CAMERA_NOT_FOUND
from hms_doctor.model.causes.microphones import MICROPHONE_NOT_FOUND
from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey, Sharing, chosen
from hms_doctor.model.devices.os_trials import of_the_frame, of_the_recording_there
from hms_doctor.model.devices.os_words import allow, unsure, warned, whom
from hms_doctor.model.devices.words import CAMERA, MICROPHONE, Words
from hms_doctor.model.finding import Finding, Passed, Undecided
from hms_doctor.model.json import JsonObject
from hms_doctor.model.vantage import Seat

_MOST_APPS: Final = 5
_MOST_NAMES: Final = 5
_NOT_FOUND: Final = {CAMERA.kind: CAMERA_NOT_FOUND, MICROPHONE.kind: MICROPHONE_NOT_FOUND}


def of_the_system(
    survey: OsSurvey, words: Words, evidence: JsonObject, noise: str = "", wish: str = ""
) -> Iterator[Finding]:
    """Judge what the system says: its privacy settings first, then its list, then what a test showed.

    ``noise`` is the end of the child's stderr, where a library may have said why; ``wish`` is the name that was given.
    """
    told = {**evidence, **_evidence(survey)}
    yield from _of_consent(survey, words, told)
    if survey.devices:
        yield from _listed(survey, words, wish, told)
    elif survey.told:
        yield warned(survey, words.absent, f"{survey.system} lists no {words.noun}{_remote(survey)}", "", told)
    else:
        yield Undecided(
            summary=f"{survey.system} did not tell which {words.noun} there is",
            action="Run hms-doctor devices again.",
            evidence=told,
        )
    if words is CAMERA:
        yield from of_the_frame(survey, words, told, noise)
    if words is MICROPHONE:
        yield from of_the_recording_there(survey, words, told)
    if survey.denied_apps:
        apps = ", ".join(survey.denied_apps[:_MOST_APPS])
        yield Passed(summary=f"the {words.noun} is denied to {apps}, whatever others may {unsure(survey)}"[:199])


def _evidence(survey: OsSurvey) -> JsonObject:
    return {
        "consent": survey.consent.value,
        "consent_from": survey.source,
        "consent_of": survey.program,
        "in_use_by": [user.name for user in survey.users],
        "sharing": {device.name: device.sharing.value for device in survey.devices},
    }


def _of_consent(survey: OsSurvey, words: Words, evidence: JsonObject) -> Iterator[Finding]:
    match survey.consent:
        case Consent.RESTRICTED:
            yield warned(survey, words.managed, words.managed.title, allow(survey, words), evidence)
        case Consent.DENIED if survey.here.seat is Seat.SSH:
            yield Undecided(
                summary=f"the {words.noun} is denied{whom(survey)}; to an app at the screen it may be open "
                f"{unsure(survey)}",
                action=f"Run hms-doctor devices at the machine itself. To use it over SSH: {allow(survey, words)}",
                evidence=evidence,
            )
        case Consent.DENIED:
            yield warned(survey, words.consent, f"{words.consent.title}{whom(survey)}", allow(survey, words), evidence)
        case Consent.ALLOWED | Consent.NOT_ASKED | Consent.UNKNOWN | Consent.PENDING:
            return


def _listed(survey: OsSurvey, words: Words, wish: str, evidence: JsonObject) -> Iterator[Finding]:
    meant = chosen(survey, wish)
    if not meant:
        there = ", ".join(device.name[:60] for device in survey.devices[:_MOST_NAMES])
        saw = f'no {words.noun} is called "{wish[:60]}"'
        yield warned(survey, _NOT_FOUND.get(words.kind, words.absent), saw, f"Choose one of these: {there}.", evidence)
    for device in meant:
        yield _one(survey, device, evidence)


def _one(survey: OsSurvey, first: OsDevice, evidence: JsonObject) -> Finding:
    users = ", ".join(user.name for user in survey.users) or _elsewhere(first)
    shared = f", in use by {users}, which {survey.system} allows" if users else ""
    asked = "; the program will be asked for permission" if survey.consent is Consent.NOT_ASKED else ""
    lid = "; it is suspended, as behind a closed lid" if first.sharing is Sharing.SUSPENDED else ""
    summary = f"{first.name[:80]}{_remote(survey)}{shared[:60]}{asked}{lid} {unsure(survey)}"
    return Passed(summary=summary[:199], evidence=evidence)


def _elsewhere(device: OsDevice) -> str:
    return "another app" if device.sharing is Sharing.ELSEWHERE else ""


def _remote(survey: OsSurvey) -> str:
    return " in this remote session" if survey.here.seat is Seat.REMOTE_DESKTOP else ""
