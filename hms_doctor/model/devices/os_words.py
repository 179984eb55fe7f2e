"""The words of verdicts on macOS and Windows: unverified ones, and where a reader clicks to allow a device."""

from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.terminals import SSH_SERVER
from hms_doctor.model.devices.words import Words
from hms_doctor.model.finding import Warned
from hms_doctor.model.json import JsonObject

WINDOWS: Final = "Windows"
MACOS: Final = "macOS"
_PAGE: Final = {DeviceKind.CAMERA: "Camera", DeviceKind.MICROPHONE: "Microphone"}
_ANY_PROGRAM: Final = "the program that needs it"


def unsure(survey: OsSurvey) -> str:
    """Say that a verdict was never seen to be true on this system."""
    return f"(unverified on {survey.system})"


def warned(survey: OsSurvey, cause: Cause, saw: str, action: str, evidence: JsonObject) -> Warned:
    """Warn of what would fail on Linux, with its code."""
    return Warned(cause=cause, summary=f"{saw} {unsure(survey)}", action=action, evidence=evidence, shows_code=True)


def whom(survey: OsSurvey) -> str:
    """Say to whom a device is denied: `` to iTerm``, and nothing where that is not known."""
    return f" to {survey.program}" if survey.program else ""


def allow(survey: OsSurvey, words: Words) -> str:
    """Order the reader to the switch that denies the device; empty for kinds without one."""
    page = _PAGE.get(words.kind, "")
    if not page:
        return ""
    return _on_windows(survey, words, page) if survey.system == WINDOWS else _on_macos(survey, words, page)


def _on_macos(survey: OsSurvey, words: Words, page: str) -> str:
    program = survey.program or _ANY_PROGRAM
    forget = f"should it not be listed there, run tccutil reset {page} first"
    if survey.program == SSH_SERVER:
        forget = f"a remote login is listed as {SSH_SERVER}"
    return (
        f"Allow the {words.noun} for {program} in System Settings > Privacy & Security > {page}, then start it again "
        f"({forget})."
    )


def _on_windows(survey: OsSurvey, words: Words, page: str) -> str:
    path = f"Settings > Privacy & security > {page}"
    if "\\AppPrivacy" in survey.source:
        return f"Allow the {words.noun} in the group policy App Privacy (LetAppsAccess{page})."
    if survey.source.startswith("HKLM"):
        return f'Let an administrator switch on "{page} access" in {path}.'
    if survey.source.endswith("NonPackaged"):
        return f'Switch on "Let desktop apps access your {words.noun}" in {path}, then start the program again.'
    return f'Switch on "Let apps access your {words.noun}" in {path}, then start the program again.'
