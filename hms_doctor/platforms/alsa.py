"""Linux sound cards, by the kernel's own words: /proc/asound and ``open`` (Documentation/sound/designs/procfile)."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hms_doctor.model.devices.sound import NodeOpened, SoundNode
from hms_doctor.model.devices.surveys import HolderSeen, HolderUnseen, NotOpened, NotTried
from hms_doctor.platforms.alsa_mixer import is_switched_off
from hms_doctor.platforms.files import names_in, text_of
from hms_doctor.platforms.holders import program
from hms_doctor.platforms.posix import errno_name, group_of, opened
from hms_doctor.platforms.roots import Roots

CAPTURE: Final = "c"
PLAYBACK: Final = "p"
_CARD: Final = re.compile(r"^\s*(\d+) \[[^\]]*\]: .*? - (.+)$", re.MULTILINE)
_PCM: Final = re.compile(r"^(\d+)-(\d+): (.*)$", re.MULTILINE)
_NODE: Final = re.compile(r"pcmC(\d+)D(\d+)([cp])")
_OWNER: Final = re.compile(r"^owner_pid\s*: (\d+)$", re.MULTILINE)
_DIRECTION: Final = {CAPTURE: "capture", PLAYBACK: "playback"}
_MOST_NODES: Final = 64


def cards(roots: Roots) -> tuple[str, ...]:
    """Give the names of the cards, in the order of their numbers."""
    return tuple(parse_cards(text_of(roots.proc / "asound" / "cards")).values())


def parse_cards(text: str) -> dict[int, str]:
    """Read ``/proc/asound/cards``; "--- no soundcards ---" has none."""
    return {int(number): name.strip() for number, name in _CARD.findall(text)}


def parse_pcms(text: str, letter: str) -> list[tuple[int, int, str]]:
    """Read ``/proc/asound/pcm``: card, device and name of those that have the direction."""
    found = []
    for card, device, rest in _PCM.findall(text):
        name, *more = (part.strip() for part in rest.split(" : "))
        if any(part.startswith(_DIRECTION[letter]) for part in more):
            found.append((int(card), int(device), name))
    return found[:_MOST_NODES]


def sound_nodes(roots: Roots, letter: str, *, sparing: bool) -> tuple[SoundNode, ...]:
    """Look at every PCM of a direction; when ``sparing``, only one that a program holds is opened."""
    asound = roots.proc / "asound"
    found = []
    pcms = parse_pcms(text_of(asound / "pcm"), letter) or _by_nodes(roots.dev / "snd", letter)
    for (card, device, _), name in zip(pcms, _names(pcms, parse_cards(text_of(asound / "cards"))), strict=True):
        path = roots.dev / "snd" / f"pcmC{card}D{device}{letter}"
        holder = _holder(asound / f"card{card}" / f"pcm{device}{letter}", roots.proc)
        left_alone = sparing and isinstance(holder, HolderUnseen)
        look = NotTried() if left_alone else _look(path, letter)
        muted = letter == CAPTURE and isinstance(look, NodeOpened) and is_switched_off(card)
        group = group_of(path)
        found.append(SoundNode(path=str(path), name=name, group=group, look=look, holder=holder, is_muted=muted))
    return tuple(found)


def _names(pcms: list[tuple[int, int, str]], cards: dict[int, str]) -> Iterator[str]:
    """Name each PCM by its card and itself, and with ALSA's word for it where two have the same name."""
    plain = [f"{cards.get(card, f'card {card}')} {pcm}".strip() for card, _, pcm in pcms]
    for (card, device, _), name in zip(pcms, plain, strict=True):
        yield name if plain.count(name) == 1 else f"{name} (hw:{card},{device})"


def _by_nodes(folder: Path, letter: str) -> list[tuple[int, int, str]]:
    """List nodes where the kernel's list is hidden: Docker and podman lay an empty folder over /proc/asound."""
    found = (_NODE.fullmatch(name) for name in names_in(folder))
    return [(int(node[1]), int(node[2]), "") for node in found if node and node[3] == letter][:_MOST_NODES]


def _look(path: Path, letter: str) -> NodeOpened | NotOpened:
    try:
        with opened(path, os.O_RDONLY if letter == CAPTURE else os.O_WRONLY):
            return NodeOpened()
    except OSError as error:
        return NotOpened(errno=errno_name(error))


def _holder(pcm: Path, proc: Path) -> HolderSeen:
    """Give who holds a substream: every user may read that, unlike /proc/PID/fd."""
    for status in sorted(pcm.glob("sub*/status")):
        owner = _OWNER.search(text_of(status))
        if owner:
            return program(proc, int(owner[1]))
    return HolderUnseen()
