"""The PCM nodes of Linux sound cards, judged by what the kernel said when each was opened."""

from typing import Final

from hms_doctor.model.causes.devices import MICROPHONE_MUTED
from hms_doctor.model.devices.choice import card_of
from hms_doctor.model.devices.places import as_root, in_container
from hms_doctor.model.devices.sound import NodeOpened, PortAudioDevices, ServerUntold, SoundNode, SoundSurvey
from hms_doctor.model.devices.surveys import Here, Holder, LibraryMissing, NotOpened, NotTried
from hms_doctor.model.devices.verdicts import absent, denied, is_denied, is_gone
from hms_doctor.model.devices.words import Words, close_it, in_use
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned
from hms_doctor.model.json import JsonObject

INSTALL_PORTAUDIO: Final = (
    "Install PortAudio: apt install libportaudio2 (Debian, Ubuntu), dnf install portaudio (Fedora), "
    "apk add portaudio (Alpine), pacman -S portaudio (Arch)."
)
INSTALL_PACTL: Final = "Install pactl (package pulseaudio-utils), then run hms-doctor devices."
_SERVERS: Final = ("pipewire", "pulseaudio", "wireplumber")


def with_nodes(survey: SoundSurvey, evidence: JsonObject) -> JsonObject:
    """Add to the evidence what each node said."""
    rows = [
        {"node": node.path, "name": node.name, "errno": node.look.errno if isinstance(node.look, NotOpened) else ""}
        for node in survey.nodes
    ]
    return {**evidence, "nodes": rows}


def by_nodes(survey: SoundSurvey, words: Words, evidence: JsonObject, *, required: bool) -> Finding:
    """Judge the nodes where no sound server tells more; one that opens is enough."""
    free = [node for node in survey.nodes if isinstance(node.look, NodeOpened)]
    shared = [node for node in survey.nodes if errno_of(node) == "EBUSY" and is_served(node)]
    known = survey.portaudio
    if free:
        return _of_the_free(free[0], survey, evidence)
    if isinstance(known, PortAudioDevices) and known.names:
        named: JsonObject = {**evidence, "device": known.names[0]}  # by which --share knows the name
        return Passed(summary=f"{known.names[0]}, through a sound server", evidence=named)
    if shared:
        return Passed(summary=f"{shared[0].name}, {in_use(shared[0].holder)}, which shares it", evidence=evidence)
    if isinstance(known, LibraryMissing):
        summary = f"could not list the {words.noun}s: {known.detail}"
        return Undecided(summary=summary, action=INSTALL_PORTAUDIO, evidence=evidence)
    if isinstance(survey.server, ServerUntold) and isinstance(known, NotTried):
        return Undecided(
            summary=f"a sound server runs, and could not be asked for its {words.noun}s: {survey.server.detail}",
            action=survey.server.order or INSTALL_PACTL,
            evidence=evidence,
        )
    return closed(survey, words, evidence, required=required)


def _of_the_free(node: SoundNode, survey: SoundSurvey, evidence: JsonObject) -> Finding:
    if node.is_muted:
        summary = f"{node.name} is muted: its card's Capture switch is off"
        action = f"Run amixer -c {card_of(node)} sset Capture cap, or switch it on in alsamixer."
        return Warned(cause=MICROPHONE_MUTED, summary=summary, action=action, evidence=evidence)
    return Passed(summary=f"{node.name}, free{as_root(survey.here)}", evidence=evidence)


def closed(survey: SoundSurvey, words: Words, evidence: JsonObject, *, required: bool) -> Finding:
    """Judge nodes of which none serves a call, the most telling first."""
    by_errno = {errno_of(node): node for node in reversed(survey.nodes)}
    refused = [node for errno, node in by_errno.items() if is_denied(errno)]
    gone = [node for errno, node in by_errno.items() if is_gone(errno)]
    if "EBUSY" in by_errno:
        return of_the_taken(by_errno["EBUSY"], words, evidence)
    if refused:
        return denied(words, survey.here, refused[0].path, refused[0].group, evidence)
    if gone:
        return _hidden(gone[0], words, survey.here, evidence)
    if survey.nodes:
        node = survey.nodes[0]
        return Undecided(
            summary=f"{node.name} ({node.path}) could not be opened: {errno_of(node)}",
            action="Plug the device in again, then run hms-doctor devices.",
            evidence=evidence,
        )
    cards = f", only {survey.cards[0]} without one" if survey.cards else ""
    saw = f"there is no {words.noun}{cards}"
    return absent(words, survey.here, evidence, required=required, saw=saw)


def _hidden(node: SoundNode, words: Words, here: Here, evidence: JsonObject) -> Finding:
    action = "Start the container with --device /dev/snd." if in_container(here) else ""
    summary = f"the kernel has {node.name}, and {node.path} cannot be opened ({errno_of(node)})"
    return Failed(cause=words.hidden, summary=summary, action=action, evidence=evidence)


def of_the_taken(node: SoundNode, words: Words, evidence: JsonObject) -> Finding:
    """Judge a node that another program keeps from us."""
    return Failed(
        cause=words.busy,
        summary=f"{node.name} ({node.path}) is {in_use(node.holder)}",
        action=close_it(node.holder, words.busy),
        evidence=evidence,
    )


def is_taken(node: SoundNode) -> bool:
    """Whether a program that is no sound server holds the node, and it is refused to us."""
    return errno_of(node) == "EBUSY" and not is_served(node)


def is_served(node: SoundNode) -> bool:
    """Whether a sound server holds the node, which shares it with every program."""
    return isinstance(node.holder, Holder) and node.holder.name.startswith(_SERVERS)


def errno_of(node: SoundNode) -> str:
    """Give the symbolic name of what the opening failed with, empty where it did not."""
    return node.look.errno if isinstance(node.look, NotOpened) else ""
