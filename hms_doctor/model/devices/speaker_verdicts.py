"""Speakers, judged: where the sound leads, and what came of three tones."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from hms_doctor.model.causes.speakers import SPEAKER_DUMMY, SPEAKER_STUCK, SPEAKER_UNHEARD
from hms_doctor.model.devices.choice import chosen, real_devices
from hms_doctor.model.devices.levels import SILENCE
from hms_doctor.model.devices.look import Look, NothingSeen
from hms_doctor.model.devices.node_verdicts import INSTALL_PORTAUDIO
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.playings import (
    Deaf,
    Heeded,
    LeftSilent,
    Played,
    PlayOutcome,
    RefusedPlaying,
    StuckPlaying,
    Unheeded,
)
from hms_doctor.model.devices.sound import ServerDevice, SoundNode, SoundServer, SoundSurvey
from hms_doctor.model.devices.sound_verdicts import judge
from hms_doctor.model.devices.surveys import LibraryMissing, NotTried
from hms_doctor.model.devices.tone import Heard, NotHeard
from hms_doctor.model.devices.tone_figures import figures
from hms_doctor.model.devices.words import SPEAKER
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned
from hms_doctor.model.json import JsonObject

_SCREEN: Final = ("hdmi", "displayport")
_DEAF: Final = {
    Deaf.NO_MICROPHONE: "there is no microphone to hear them",
    Deaf.NOT_FOUND: "no microphone is called {detail}",
    Deaf.MONITOR: "{detail} is the default input and hears no air",
    Deaf.BLUETOOTH: "{detail} was not recorded, which changes what its owner hears (--microphone with its name does)",
    Deaf.FAILED: "no microphone listened: {detail}",
}


def judge_speaker(look: Look[SoundSurvey | OsSurvey]) -> Iterator[Finding]:
    """Judge one look at the sound outputs, and what was played through them."""
    seen = look.seen
    found = tuple(_by_look(look))
    if isinstance(seen, NothingSeen) or isinstance(seen.playing, NotTried):
        yield from found
    else:
        unsure = f" (unverified on {seen.system})" if isinstance(seen, OsSurvey) else ""
        yield from _with_tones(seen.playing, found, unsure)


def _by_look(look: Look[SoundSurvey | OsSurvey]) -> Iterator[Finding]:
    for found in judge(look, SPEAKER):
        if isinstance(found, Passed) and isinstance(look.seen, SoundSurvey):
            yield from _led(look.seen, found)
        else:
            yield found


def _led(survey: SoundSurvey, found: Passed) -> Iterator[Finding]:
    """Say more of an output that is fine as such: whether it leads to a screen, a headset, or nowhere."""
    server, device = survey.server, chosen(survey)
    if isinstance(server, SoundServer) and isinstance(device, ServerDevice) and device not in real_devices(server):
        names = ", ".join(real.description for real in real_devices(server))[:100]
        summary = f"the default output is {device.description}, which leads nowhere; there is {names}"
        yield Warned(cause=SPEAKER_DUMMY, summary=summary, evidence=found.evidence)
    else:
        yield replace(found, summary=f"{found.summary}{''.join(_notes(survey, device))}")


def _notes(survey: SoundSurvey, device: ServerDevice | SoundNode | None) -> Iterator[str]:
    outputs: tuple[ServerDevice | SoundNode, ...] = survey.nodes
    if isinstance(survey.server, SoundServer):
        outputs = real_devices(survey.server)
    if device is not None and _is_screen(device):
        only = ", which is the only output" if all(map(_is_screen, outputs)) else ""
        yield f", the sound of a screen{only}"
    if isinstance(device, ServerDevice) and device.is_bluetooth and isinstance(survey.server, SoundServer):
        yield _profile(survey.server, device)


def _profile(server: SoundServer, device: ServerDevice) -> str:
    """Tell a headset by the profiles that it has: a card without one for calls is for music alone."""
    if device.description in server.headsets:
        return ", Bluetooth: a call that uses its microphone lowers its quality"
    return "" if server.headsets else ", Bluetooth without a microphone for calls (A2DP only)"


def _is_screen(device: ServerDevice | SoundNode) -> bool:
    words = f"{device.name} {device.description}" if isinstance(device, ServerDevice) else device.name
    return any(word in words.casefold() for word in _SCREEN)


def _with_tones(played: PlayOutcome, found: tuple[Finding, ...], unsure: str) -> Iterator[Finding]:
    match played:
        case Played():
            yield from _of_played(played, found, unsure)
        case LeftSilent():
            yield from found
            yield Passed(summary=f"no tone was played: {played.name} is left as it is")
        case StuckPlaying():
            yield from _but_passes(found)
            summary = f"{played.name} took three tones and was not through with them in {played.seconds:.0f} s{unsure}"
            yield Warned(cause=SPEAKER_STUCK, summary=summary)
        case RefusedPlaying():
            yield from _but_passes(found)
            yield _of_refusal(played, found, unsure)
        case LibraryMissing():
            yield from found
            order = INSTALL_PORTAUDIO if played.library == "PortAudio" else "Install pacat (package pulseaudio-utils)."
            yield Undecided(summary=f"no tone was played: {played.detail}", action=order)


def _but_passes(found: Iterable[Finding]) -> Iterator[Finding]:
    return (each for each in found if not isinstance(each, Passed))


def _of_refusal(refused: RefusedPlaying, found: tuple[Finding, ...], unsure: str) -> Finding:
    evidence = _evidence(found)
    if refused.busy and not unsure:
        summary = f"{refused.name} is in use by another program"
        return Failed(cause=SPEAKER.busy, summary=summary, evidence=evidence)
    return Undecided(
        summary=f"{refused.name} could not be played to: {refused.detail}{unsure}",
        action="Restart the sound server, or try the speaker in the app.",
        evidence=evidence,
    )


def _of_played(played: Played, found: tuple[Finding, ...], unsure: str) -> Iterator[Finding]:
    warnings = tuple(_but_passes(found))
    evidence: JsonObject = {**_evidence(found), "tone": figures(played)}
    lead = next((each.summary for each in found if isinstance(each, Passed)), "") or played.name
    yield from warnings
    if isinstance(played.ear, Heeded) and isinstance(played.ear.result, NotHeard) and not played.ear.is_monitor:
        how = "recorded exact silence" if played.ear.rms <= SILENCE else "did not hear them"
        summary = f"{played.name} played three tones, and {played.ear.microphone} {how}{unsure}"
        yield Warned(cause=SPEAKER_UNHEARD, summary=summary, evidence=evidence)
    else:
        again = "" if unsure in lead else unsure
        yield Passed(summary=f"{lead}: {_told(played)}{again}", evidence=evidence)


def _told(played: Played) -> str:
    match played.ear:
        case Heeded(is_monitor=True, microphone=name):
            return f"three tones played to the end; {name}, a monitor, hears no air and proves no more"
        case Heeded(result=Heard() as heard, microphone=name):
            return f"three tones, heard by {name} after {heard.delay_ms:.0f} ms at {round(heard.gain_db):+} dB"
        case Heeded(microphone=name):
            return f"three tones played to the end, not heard by {name}"
        case Unheeded():
            return f"three tones played to the end; {_DEAF[played.ear.why].format(detail=played.ear.detail[:100])}"


def _evidence(found: tuple[Finding, ...]) -> JsonObject:
    return next((each.evidence for each in found if not isinstance(each, Undecided)), {})
