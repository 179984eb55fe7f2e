"""Two seconds of a microphone, judged.

A quiet room is no broken microphone: nobody was asked to speak. What a room leaves of a working microphone lies between
-80 and -40 dBFS, and the last bit of 16 makes -90; so below -60 (testrtc's bound, for somebody who speaks) there is a
hint, and only below -90, where no air was heard, a warning.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import devices as causes
from hms_doctor.model.causes import microphones as sounds
from hms_doctor.model.devices.choice import Chosen, card_of
from hms_doctor.model.devices.levels import Level, Levels
from hms_doctor.model.devices.node_verdicts import INSTALL_PORTAUDIO, is_taken, of_the_taken
from hms_doctor.model.devices.places import as_root
from hms_doctor.model.devices.recordings import LeftAlone, Lost, NoSamples, Outcome, Recorded, Refusal, Refused
from hms_doctor.model.devices.sound import NodeOpened, ServerDevice, SoundNode, SoundSurvey
from hms_doctor.model.devices.surveys import LibraryMissing
from hms_doctor.model.devices.words import MICROPHONE
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned
from hms_doctor.model.json import JsonObject

_QUIET: Final = -60.0
_DEAD: Final = -90.0
_MOST_CLIPS: Final = 2
"""Runs at full scale that are let pass: many inputs pop when they are switched on."""
_MOST_OFFSET: Final = 0.05
_ONE_SIDED: Final = 40.0
"""dB between two channels: the quieter one holds no more than what leaks over from the other."""
_MOST_DRIFT: Final = 0.1
_NARROWEST: Final = 16_000
_USUAL_RATES: Final = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
_EXPLAIN_QUIET: Final = (causes.MICROPHONE_MUTED, causes.MICROPHONE_UNPLUGGED, sounds.MICROPHONE_LOW)
_STOPPED: Final = ("Connection refused", "Connection terminated")
_RESTART: Final = "Run systemctl --user restart pipewire-pulse, or with PulseAudio: pulseaudio --start."
_Trouble: TypeAlias = tuple[Cause, str]


def of_the_recording(
    survey: SoundSurvey, outcome: Outcome, device: Chosen | None, seen: tuple[Finding, ...], evidence: JsonObject
) -> Iterator[Finding]:
    """Judge a recording of ``device``; ``seen`` is what was found without it, and is outdone by what was heard."""
    match outcome:
        case LeftAlone():
            yield from seen
            reason = "to record a Bluetooth microphone changes what its owner hears"
            yield Passed(summary=f"{outcome.name} was not recorded: {reason}; --microphone with its name records it")
        case LibraryMissing():
            yield from seen
            yield _without_library(outcome)
        case Recorded():
            told = {**evidence, "recording": figures(outcome)}
            yield from _of_sound(outcome, survey, device, _explaining(seen), told)
        case NoSamples() | Lost() | Refused():
            yield from (found for found in seen if isinstance(found, Warned))
            yield _of_failure(survey, outcome, device, evidence)


def figures(recorded: Recorded) -> JsonObject:
    """Give what was measured, for the report."""
    heard = recorded.levels
    return {
        "name": recorded.name,
        "seconds": round(heard.frames / heard.rate, 2) if heard.rate else 0,
        "rate": heard.rate,
        "frames_per_second": round(recorded.rate, 1),
        "first_sample_ms": round(recorded.first_ms, 1),
        "missed_by_us": recorded.missed,
        **_row(heard.overall),
        "channels": [_row(channel) for channel in heard.channels],
        "mono": heard.is_mono,
    }


def _row(level: Level) -> JsonObject:
    return {
        "rms_dbfs": round(level.rms, 1),
        "peak_dbfs": round(level.peak, 1),
        "zeros": round(level.zeros, 4),
        "clips": level.clips,
        "offset": round(level.offset, 4),
    }


def _without_library(missing: LibraryMissing) -> Finding:
    action = INSTALL_PORTAUDIO if missing.library == "PortAudio" else "Install parec (package pulseaudio-utils)."
    return Undecided(summary=f"nothing was recorded: {missing.detail}", action=action)


def _explaining(seen: tuple[Finding, ...]) -> tuple[Warned, ...]:
    return tuple(found for found in seen if isinstance(found, Warned))


def _of_sound(
    recorded: Recorded, survey: SoundSurvey, device: Chosen | None, seen: tuple[Warned, ...], evidence: JsonObject
) -> Iterator[Finding]:
    sound = recorded.levels.overall
    reasons = [found for found in seen if found.cause in _EXPLAIN_QUIET and sound.rms < _QUIET]
    others = [found for found in seen if found.cause not in _EXPLAIN_QUIET]
    for found in reasons:
        summary = f"{found.summary}: {_told(sound)}"
        yield replace(found, summary=summary, evidence=evidence, shows_code=sound.zeros == 1)
    yield from others
    troubles = [] if reasons else list(_troubles(recorded, device))
    for cause, summary in troubles:
        yield Warned(cause=cause, summary=summary, evidence=evidence, shows_code=cause is sounds.MICROPHONE_SILENCE)
    if not (reasons or troubles):
        notes = "; ".join((f"{recorded.name}: {_told(sound)}", *_notes(recorded.levels, device)))
        # Whom a server lets in does not hang on being root; what the kernel lets in does.
        whose = "" if isinstance(device, ServerDevice) else as_root(survey.here)
        yield Passed(summary=f"{notes}{whose}", evidence=evidence)


def _told(sound: Level) -> str:
    if sound.zeros == 1:
        return "each sample is exactly 0"
    return f"{sound.rms:.0f} dBFS, peak {sound.peak:.0f} dBFS"


def _notes(heard: Levels, device: Chosen | None) -> Iterator[str]:
    if heard.overall.rms < _QUIET:
        yield "a quiet room, or a quiet microphone: speak while it records"
    if heard.is_mono:
        yield "both channels are the same"
    rate = device.rate if isinstance(device, ServerDevice) else heard.rate
    if rate and rate not in _USUAL_RATES:
        yield f"it records at {rate / 1000:g} kHz"


def _troubles(recorded: Recorded, device: Chosen | None) -> Iterator[_Trouble]:
    name, sound = recorded.name, recorded.levels.overall
    if sound.zeros == 1:
        yield sounds.MICROPHONE_SILENCE, f"{name} is silent, {_told(sound)}: it is muted in hardware, or denied"
        return
    if sound.rms < _DEAD:
        yield sounds.MICROPHONE_QUIET, f"{name} hears nothing, not even a room: {_told(sound)}"
    elif _silent_channel(recorded.levels):
        yield sounds.MICROPHONE_ONE_SIDED, f"{name} hears on one of its two channels only: {_told(sound)}"
    if sound.clips > _MOST_CLIPS:
        yield sounds.MICROPHONE_CLIPS, f"{name} clips, {sound.clips} times in 2 s: {_told(sound)}"
    if abs(sound.offset) > _MOST_OFFSET:
        yield sounds.MICROPHONE_OFFSET, f"{name} has an offset of {sound.offset:+.0%} of full scale"
    yield from _of_rates(recorded, device)


def _silent_channel(heard: Levels) -> bool:
    each = [channel.rms for channel in heard.channels]
    return len(each) > 1 and max(each) > _QUIET and max(each) - min(each) > _ONE_SIDED


def _of_rates(recorded: Recorded, device: Chosen | None) -> Iterator[_Trouble]:
    promised = recorded.levels.rate
    if not recorded.missed and abs(recorded.rate - promised) > _MOST_DRIFT * promised:
        summary = f"{recorded.name} gave {recorded.rate:.0f} samples a second where {promised} were promised"
        yield sounds.MICROPHONE_SPEED, summary
    rate = device.rate if isinstance(device, ServerDevice) else promised
    if 0 < rate < _NARROWEST:
        yield sounds.MICROPHONE_NARROW, f"{recorded.name} records at {rate / 1000:g} kHz"


def _of_failure(
    survey: SoundSurvey, outcome: NoSamples | Lost | Refused, device: Chosen | None, evidence: JsonObject
) -> Finding:
    holders = [node for node in survey.nodes if is_taken(node) and _may_be(node, device, outcome.name)]
    if holders and not isinstance(outcome, Lost):
        return of_the_taken(holders[0], MICROPHONE, evidence)
    match outcome:
        case NoSamples():
            summary = f"{outcome.name} opened, and delivered no sound in {outcome.seconds:g} s"
            return Failed(cause=sounds.MICROPHONE_SILENT_STREAM, summary=summary, evidence=evidence)
        case Lost():
            return _of_loss(outcome, evidence)
        case Refused():
            return _of_refusal(survey, outcome, evidence)


def _of_loss(lost: Lost, evidence: JsonObject) -> Finding:
    action = _RESTART if any(words in lost.detail for words in _STOPPED) else ""
    detail = f" ({lost.detail})" if lost.detail else ""
    summary = f"{lost.name} stopped after {lost.seconds:.1f} s of recording{detail}"
    return Failed(cause=sounds.MICROPHONE_LOST, summary=summary, action=action, evidence=evidence)


def _of_refusal(survey: SoundSurvey, refused: Refused, evidence: JsonObject) -> Finding:
    name, told = refused.name, {**evidence, "refusal": refused.detail}
    opens = any(node.name == name and isinstance(node.look, NodeOpened) for node in survey.nodes)
    if refused.reason is Refusal.BUSY:
        # Whoever holds it is not among the nodes, or was gone when they were looked at again.
        summary = f"{name} is in use by another program: {refused.detail}"
        return Failed(cause=MICROPHONE.busy, summary=summary, evidence=told)
    if refused.reason is Refusal.ABSENT and not opens:
        summary = f"{name} was there, and is gone: {refused.detail}"
        return Failed(cause=causes.MICROPHONE_ABSENT, summary=summary, evidence=told)
    if any(words in refused.detail for words in _STOPPED):
        summary = f"the sound server stopped before {name} was recorded: {refused.detail}"
        return Warned(cause=sounds.MICROPHONE_SERVER_DOWN, summary=summary, evidence=told)
    return Undecided(
        summary=f"{name} could not be recorded: {refused.detail}",
        action="Restart the sound server, or try the microphone in the app.",
        evidence=told,
    )


def _may_be(node: SoundNode, device: Chosen | None, name: str) -> bool:
    """Whether a node is the device's own, as far as the server tells on which card it stands."""
    if isinstance(device, ServerDevice):
        return not device.is_bluetooth and device.card in {"", card_of(node)}
    return node.name == name
