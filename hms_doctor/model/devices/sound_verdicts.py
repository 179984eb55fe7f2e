"""Microphones and speakers of Linux, judged: the sound server's word first, then what each node said."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import devices as causes
from hms_doctor.model.causes import microphones as sounds
from hms_doctor.model.devices.choice import card_of, chosen, names
from hms_doctor.model.devices.listing import listed
from hms_doctor.model.devices.look import Finished, Look, NothingSeen, StillLooking
from hms_doctor.model.devices.node_verdicts import by_nodes, closed, is_served, is_taken, of_the_taken, with_nodes
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.os_verdicts import of_the_system
from hms_doctor.model.devices.recording_verdicts import of_the_recording
from hms_doctor.model.devices.sound import NodeOpened, ServerDevice, ServerDown, SoundNode, SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import NotTried
from hms_doctor.model.devices.verdicts import absent, nothing_told, of_the_end
from hms_doctor.model.devices.words import MICROPHONE, SPEAKER, Words
from hms_doctor.model.finding import Failed, Finding, Passed, Warned
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass

_LOWEST_PERCENT: Final = 10
"""The volume of PulseAudio and PipeWire is cubic: 10 % takes 60 dB away, which leaves nothing of a voice."""
_NAMES_TOLD: Final = 5
_IN_A_CALL: Final = "a headset whose {} switches on in a call"


@dataclass(frozen=True, kw_only=True)
class Quirks:
    """Causes that only a sound server tells of."""

    muted: Cause
    low: Cause
    unplugged: Cause
    down: Cause


QUIRKS: Final = {
    MICROPHONE.kind: Quirks(
        muted=causes.MICROPHONE_MUTED,
        low=sounds.MICROPHONE_LOW,
        unplugged=causes.MICROPHONE_UNPLUGGED,
        down=sounds.MICROPHONE_SERVER_DOWN,
    ),
    SPEAKER.kind: Quirks(
        muted=causes.SPEAKER_MUTED,
        low=sounds.SPEAKER_LOW,
        unplugged=causes.SPEAKER_UNPLUGGED,
        down=sounds.SPEAKER_SERVER_DOWN,
    ),
}


def judge(look: Look[SoundSurvey | OsSurvey], words: Words) -> Iterator[Finding]:
    """Judge one look at microphones or speakers."""
    seen = look.seen
    evidence: JsonObject = {"devices": listed(words.kind, seen)}
    wanted = look.wish.microphone if words is MICROPHONE else ""
    yield from of_the_end(look.end, words.noun)
    match seen:
        case NothingSeen():
            if isinstance(look.end, StillLooking | Finished):
                yield nothing_told(words.noun)
        case OsSurvey():
            yield from of_the_system(seen, words, evidence, look.noise, wanted)
        case SoundSurvey():
            yield from _of_survey(seen, wanted, words, evidence, required=look.required)


def _of_survey(
    survey: SoundSurvey, wanted: str, words: Words, evidence: JsonObject, *, required: bool
) -> Iterator[Finding]:
    device = chosen(survey, wanted)
    if wanted and device is None:
        yield _of_no_device(survey, wanted, with_nodes(survey, evidence))
        return
    seen = tuple(_seen(survey, device, wanted, words, evidence, required=required))
    if isinstance(survey.recording, NotTried) or words is not MICROPHONE:
        yield from seen
    else:
        yield from of_the_recording(survey, survey.recording, device, seen, with_nodes(survey, evidence))


def _of_no_device(survey: SoundSurvey, wanted: str, evidence: JsonObject) -> Finding:
    """Judge a name that no microphone has now; a headset that plays music gets its microphone in a call."""
    headsets = survey.server.headsets if isinstance(survey.server, SoundServer) else ()
    for headset in headsets:
        if wanted.casefold() in headset.casefold():
            return Passed(summary=f"{headset}, {_IN_A_CALL.format(MICROPHONE.noun)}", evidence=evidence)
    there = names(survey)
    told = ", ".join(name[:60] for name in there[:_NAMES_TOLD])
    more = f" and {len(there) - _NAMES_TOLD} more" if len(there) > _NAMES_TOLD else ""
    summary = f"no microphone is called {wanted[:60]}; there is {told or 'none'}{more}"
    return Failed(cause=sounds.MICROPHONE_NOT_FOUND, summary=summary, evidence=evidence)


def _seen(
    survey: SoundSurvey,
    device: ServerDevice | SoundNode | None,
    wanted: str,
    words: Words,
    evidence: JsonObject,
    *,
    required: bool,
) -> Iterator[Finding]:
    """Judge what was seen without recording anything."""
    server = survey.server
    if isinstance(device, SoundNode) and wanted:
        yield by_nodes(replace(survey, nodes=(device,)), words, with_nodes(survey, evidence), required=required)
    elif isinstance(server, SoundServer) and isinstance(device, ServerDevice):
        taken = [node for node in _nodes_of(survey, device) if is_taken(node)]
        if taken and len(taken) == len(_nodes_of(survey, device)):
            yield of_the_taken(taken[0], words, with_nodes(survey, evidence))
        else:
            yield _of_device(server, device, words, evidence)
    elif isinstance(server, SoundServer):
        yield _without_devices(survey, server, words, evidence, required=required)
    elif isinstance(server, ServerDown):
        yield from _without_server(survey, server, words, with_nodes(survey, evidence), required=required)
    else:
        yield by_nodes(survey, words, with_nodes(survey, evidence), required=required)


def _nodes_of(survey: SoundSurvey, device: ServerDevice) -> tuple[SoundNode, ...]:
    """Give the nodes that a device may stand on: those of its card, or all where the server does not tell the card."""
    if device.is_bluetooth:
        return ()
    return tuple(node for node in survey.nodes if not device.card or card_of(node) == device.card)


def _of_device(server: SoundServer, device: ServerDevice, words: Words, evidence: JsonObject) -> Finding:
    quirks = QUIRKS[words.kind]
    name = device.description
    if device.is_monitor and words is MICROPHONE:
        is_default = device.name == server.default
        summary = f"the default input is {name}" if is_default else f"{name} hears a speaker"
        return Warned(cause=causes.MICROPHONE_MONITOR, summary=summary, evidence=evidence)
    if device.muted or device.percent == 0:
        how = "muted" if device.muted else "turned down to 0 %"
        return Warned(cause=quirks.muted, summary=f"{name} is {how}", evidence=evidence)
    if not device.plugged:
        return Warned(cause=quirks.unplugged, summary=f"nothing is plugged into {name}", evidence=evidence)
    if device.percent < _LOWEST_PERCENT:
        return Warned(cause=quirks.low, summary=f"{name} is turned down to {device.percent} %", evidence=evidence)
    return Passed(summary=f"{name}, through {server.name}{_elsewhere(server)}", evidence=evidence)


def _elsewhere(server: SoundServer) -> str:
    return f" at {server.elsewhere} (PULSE_SERVER)" if server.elsewhere else ""


def _without_devices(
    survey: SoundSurvey, server: SoundServer, words: Words, evidence: JsonObject, *, required: bool
) -> Finding:
    """Judge a server that has nothing but monitors: by what the kernel has, and by what its cards could have."""
    if survey.nodes and all(is_taken(node) for node in survey.nodes):
        return of_the_taken(survey.nodes[0], words, with_nodes(survey, evidence))
    if server.headsets:
        headset = f"{server.headsets[0]}, {_IN_A_CALL.format(words.noun)}"
        return Passed(summary=headset, evidence=evidence)
    saw = f"{server.name}{_elsewhere(server)} lists no {words.noun}"
    if server.idle:
        card = server.idle[0]
        saw += f": the profile of {card.description} leaves it out"
        order = f"Run pactl set-card-profile {card.name} {card.profile}, or choose that profile in the sound settings."
        return _absent(survey, words, evidence, saw, order, required=required)
    there = [node for node in survey.nodes if isinstance(node.look, NodeOpened) or is_served(node)]
    if survey.nodes and not there and not server.elsewhere:
        return closed(survey, words, with_nodes(survey, evidence), required=required)
    if there and not server.elsewhere:
        saw += f", and {there[0].name} is there"
        order = "Run systemctl --user restart wireplumber, or with PulseAudio: pulseaudio --kill; pulseaudio --start."
        return _absent(survey, words, with_nodes(survey, evidence), saw, order, required=required)
    return absent(words, survey.here, evidence, required=required, saw=saw)


def _absent(
    survey: SoundSurvey, words: Words, evidence: JsonObject, saw: str, order: str, *, required: bool
) -> Finding:
    finding = absent(words, survey.here, evidence, required=required, saw=saw)
    return replace(finding, action=order) if isinstance(finding, Failed) else finding


def _without_server(
    survey: SoundSurvey, server: ServerDown, words: Words, evidence: JsonObject, *, required: bool
) -> Iterator[Finding]:
    """Judge a server that is down: programs fall back to the cards themselves, which some of them cannot share."""
    if survey.nodes:
        yield by_nodes(survey, words, evidence, required=required)
        down = QUIRKS[words.kind].down
        summary = f"no sound server answers: {server.detail}"
        yield Warned(cause=down, summary=summary, action=server.order, evidence=evidence)
    else:
        saw = f"there is no {words.noun}: {server.detail}"
        yield _absent(survey, words, evidence, saw, server.order, required=required)
