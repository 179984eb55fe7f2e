"""Microphones and speakers of Linux, judged: the sound server's word first, then what each node said."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import devices as causes
from hms_doctor.model.devices.listing import listed
from hms_doctor.model.devices.look import Finished, Look, NothingSeen, StillLooking
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.sound import (
    NodeOpened,
    PortAudioDevices,
    ServerDevice,
    ServerUntold,
    SoundNode,
    SoundServer,
    SoundSurvey,
)
from hms_doctor.model.devices.surveys import Here, Holder, LibraryMissing, NotOpened, NotTried
from hms_doctor.model.devices.verdicts import (
    absent,
    denied,
    is_denied,
    is_gone,
    nothing_told,
    of_the_end,
    of_the_system,
)
from hms_doctor.model.devices.words import MICROPHONE, SPEAKER, Words, close_it, in_use
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Seat

INSTALL_PORTAUDIO: Final = (
    "Install PortAudio: apt install libportaudio2 (Debian, Ubuntu), dnf install portaudio (Fedora), "
    "apk add portaudio (Alpine), pacman -S portaudio (Arch)."
)
_SERVERS: Final = ("pipewire", "pulseaudio", "wireplumber")
_DUMMY: Final = "auto_null"
"""The sink that PulseAudio and PipeWire make up where there is no hardware."""


@dataclass(frozen=True, kw_only=True)
class Quirks:
    """Causes that only a sound server tells of."""

    muted: Cause
    unplugged: Cause


QUIRKS: Final = {
    MICROPHONE.kind: Quirks(muted=causes.MICROPHONE_MUTED, unplugged=causes.MICROPHONE_UNPLUGGED),
    SPEAKER.kind: Quirks(muted=causes.SPEAKER_MUTED, unplugged=causes.SPEAKER_UNPLUGGED),
}


def judge(look: Look[SoundSurvey | OsSurvey], words: Words) -> Iterator[Finding]:
    """Judge one look at microphones or speakers."""
    seen = look.seen
    evidence: JsonObject = {"devices": listed(words.kind, seen)}
    yield from of_the_end(look.end, words.noun)
    match seen:
        case NothingSeen():
            if isinstance(look.end, StillLooking | Finished):
                yield nothing_told(words.noun)
        case OsSurvey():
            yield from of_the_system(seen, words, evidence)
        case SoundSurvey(server=SoundServer() as server):
            yield from _by_server(seen, server, words, evidence, required=look.required)
        case SoundSurvey():
            yield _by_nodes(seen, words, _with_nodes(seen, evidence), required=look.required)


def _with_nodes(survey: SoundSurvey, evidence: JsonObject) -> JsonObject:
    rows = [
        {"node": node.path, "name": node.name, "errno": node.look.errno if isinstance(node.look, NotOpened) else ""}
        for node in survey.nodes
    ]
    return {**evidence, "nodes": rows}


def _by_server(
    survey: SoundSurvey, server: SoundServer, words: Words, evidence: JsonObject, *, required: bool
) -> Iterator[Finding]:
    real = [device for device in server.devices if not device.is_monitor and device.name != _DUMMY]
    taken = [node for node in survey.nodes if _is_taken(node)]
    if taken and len(taken) == len(survey.nodes):
        yield _busy(taken[0], words, _with_nodes(survey, evidence))
    elif real:
        yield from _chosen(server, real, words, evidence)
    elif server.headsets:
        yield Passed(
            summary=f"{server.headsets[0]}, a headset whose {words.noun} switches on in a call", evidence=evidence
        )
    else:
        saw = f"{server.name} lists no {words.noun}"
        yield absent(words, survey.here, evidence, required=required, saw=saw)


def _chosen(server: SoundServer, real: list[ServerDevice], words: Words, evidence: JsonObject) -> Iterator[Finding]:
    default = next((device for device in server.devices if device.name == server.default), real[0])
    quirks = QUIRKS[words.kind]
    if default.is_monitor and words is MICROPHONE:
        summary = f"the default input is {default.description}"
        yield Warned(cause=causes.MICROPHONE_MONITOR, summary=summary, evidence=evidence)
    elif default.muted or default.percent == 0:
        how = "muted" if default.muted else "turned down to 0 %"
        yield Warned(cause=quirks.muted, summary=f"{default.description} is {how}", evidence=evidence)
    elif not default.plugged:
        summary = f"nothing is plugged into {default.description}"
        yield Warned(cause=quirks.unplugged, summary=summary, evidence=evidence)
    else:
        yield Passed(summary=f"{default.description}, through {server.name}", evidence=evidence)


def _by_nodes(survey: SoundSurvey, words: Words, evidence: JsonObject, *, required: bool) -> Finding:
    free = [node for node in survey.nodes if isinstance(node.look, NodeOpened)]
    shared = [node for node in survey.nodes if _errno(node) == "EBUSY" and _by_a_server(node)]
    known = survey.portaudio
    if free:
        return Passed(summary=f"{free[0].name}, free{_as_root(survey.here)}", evidence=evidence)
    if isinstance(known, PortAudioDevices) and known.names:
        return Passed(summary=f"{known.names[0]}, through a sound server", evidence=evidence)
    if shared:
        return Passed(summary=f"{shared[0].name}, {in_use(shared[0].holder)}, which shares it", evidence=evidence)
    if isinstance(known, LibraryMissing):
        summary = f"could not list the {words.noun}s: {known.detail}"
        return Undecided(summary=summary, action=INSTALL_PORTAUDIO, evidence=evidence)
    if isinstance(survey.server, ServerUntold) and isinstance(known, NotTried):
        return Undecided(
            summary=f"a sound server runs, and could not be asked for its {words.noun}s: {survey.server.detail}",
            action="Install pactl (package pulseaudio-utils), then run hms-doctor devices.",
            evidence=evidence,
        )
    return _closed(survey, words, evidence, required=required)


def _closed(survey: SoundSurvey, words: Words, evidence: JsonObject, *, required: bool) -> Finding:
    """Judge nodes of which none could be opened, the most telling first."""
    by_errno = {_errno(node): node for node in reversed(survey.nodes)}
    refused = [node for errno, node in by_errno.items() if is_denied(errno)]
    gone = [node for errno, node in by_errno.items() if is_gone(errno)]
    if "EBUSY" in by_errno:
        return _busy(by_errno["EBUSY"], words, evidence)
    if refused:
        return denied(words, survey.here, refused[0].path, refused[0].group, evidence)
    if gone:
        return _hidden(gone[0], words, survey.here, evidence)
    if survey.nodes:
        node = survey.nodes[0]
        return Undecided(
            summary=f"{node.name} ({node.path}) could not be opened: {_errno(node)}",
            action="Plug the device in again, then run hms-doctor devices.",
            evidence=evidence,
        )
    cards = f", only {survey.cards[0]} without one" if survey.cards else ""
    saw = f"there is no {words.noun}{cards}"
    return absent(words, survey.here, evidence, required=required, saw=saw)


def _hidden(node: SoundNode, words: Words, here: Here, evidence: JsonObject) -> Finding:
    in_container = here.seat is Seat.CONTAINER
    action = "Start the container with --device /dev/snd." if in_container else ""
    summary = f"the kernel has {node.name}, and {node.path} cannot be opened ({_errno(node)})"
    return Failed(cause=words.hidden, summary=summary, action=action, evidence=evidence)


def _busy(node: SoundNode, words: Words, evidence: JsonObject) -> Finding:
    return Failed(
        cause=words.busy,
        summary=f"{node.name} ({node.path}) is {in_use(node.holder)}",
        action=close_it(node.holder, words.busy),
        evidence=evidence,
    )


def _is_taken(node: SoundNode) -> bool:
    """Held by a program that is no sound server, and refused to us."""
    return _errno(node) == "EBUSY" and not _by_a_server(node)


def _by_a_server(node: SoundNode) -> bool:
    return isinstance(node.holder, Holder) and node.holder.name.startswith(_SERVERS)


def _errno(node: SoundNode) -> str:
    return node.look.errno if isinstance(node.look, NotOpened) else ""


def _as_root(here: Here) -> str:
    return " (to root; your app's user was not tried)" if here.is_root else ""
