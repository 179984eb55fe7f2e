"""/proc/asound as kernels write it, and PCM nodes that are files of a real file system."""

import os
import socket
from pathlib import Path

import pytest
from device_lab import as_nobody, needs_root

from hms_doctor.model.devices.sound import NodeOpened
from hms_doctor.model.devices.surveys import Holder, HolderUnseen, NotOpened, NotTried
from hms_doctor.platforms.alsa import cards, parse_cards, parse_pcms, sound_nodes
from hms_doctor.platforms.alsa_mixer import parse_is_off
from hms_doctor.platforms.roots import Roots

CARDS = """\
 0 [PCH            ]: HDA-Intel - HDA Intel PCH
                      HDA Intel PCH at 0xd1338000 irq 137
 1 [Headset        ]: USB-Audio - Jabra EVOLVE 20
                      Jabra EVOLVE 20 at usb-0000:00:14.0-2, full speed
"""
PCMS = """\
00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1
00-03: HDMI 0 : HDMI 0 : playback 1
01-00: USB Audio : USB Audio : playback 1 : capture 1
"""
RUNNING = "state: RUNNING\nowner_pid   : 201\ntrigger_time: 10.2\n"


def lay_out(root: Path, pcms: str = PCMS, names: str = CARDS) -> Roots:
    roots = Roots(dev=root / "dev", sys=root / "sys", proc=root / "proc")
    (roots.dev / "snd").mkdir(parents=True)
    (roots.proc / "asound").mkdir(parents=True)
    (roots.proc / "asound" / "cards").write_text(names)
    (roots.proc / "asound" / "pcm").write_text(pcms)
    return roots


def hold(roots: Roots, pcm: str, pid: int = 201, name: str = "arecord", main: int = 0) -> None:
    substream = roots.proc / "asound" / pcm / "sub0"
    substream.mkdir(parents=True)
    (substream / "status").write_text(RUNNING.replace("201", str(pid)))
    for process, comm in ((pid, "alsa-source-ALC"), (main or pid, name)):
        (roots.proc / str(process)).mkdir(exist_ok=True)
        (roots.proc / str(process) / "status").write_text(f"Name:\t{comm}\nTgid:\t{main or pid}\nPid:\t{process}\n")
        (roots.proc / str(process) / "comm").write_text(f"{comm}\n")


def test_cards_are_named() -> None:
    assert parse_cards(CARDS) == {0: "HDA Intel PCH", 1: "Jabra EVOLVE 20"}
    assert parse_cards("--- no soundcards ---\n") == {}


def test_pcms_are_told_by_direction() -> None:
    assert parse_pcms(PCMS, "c") == [(0, 0, "ALC257 Analog"), (1, 0, "USB Audio")]
    assert [device for _, device, _ in parse_pcms(PCMS, "p")] == [0, 3, 0]
    assert parse_pcms("", "c") == []
    assert parse_pcms("garbage\n00-0x: y : capture 1\n", "c") == []


def test_no_proc_asound_is_no_card(tmp_path: Path) -> None:
    roots = Roots(dev=tmp_path, sys=tmp_path, proc=tmp_path)
    assert cards(roots) == ()
    assert sound_nodes(roots, "c", sparing=False) == ()


def test_a_node_that_opens_is_free(tmp_path: Path) -> None:
    roots = lay_out(tmp_path)
    (roots.dev / "snd" / "pcmC0D0c").touch()
    first, second = sound_nodes(roots, "c", sparing=False)
    assert (first.look, first.name, first.holder) == (NodeOpened(), "HDA Intel PCH ALC257 Analog", HolderUnseen())
    assert (second.look, second.group) == (NotOpened(errno="ENOENT"), "")


def test_playback_opens_for_writing(tmp_path: Path) -> None:
    roots = lay_out(tmp_path, pcms="00-00: A : A : playback 1\n")
    os.mkfifo(roots.dev / "snd" / "pcmC0D0p")
    [node] = sound_nodes(roots, "p", sparing=False)  # a pipe that nobody reads: opened for writing, at once
    assert node.look == NotOpened(errno="ENXIO")


def test_a_node_without_a_device_behind_it(tmp_path: Path) -> None:
    roots = lay_out(tmp_path, pcms="00-00: A : A : capture 1\n")
    with socket.socket(socket.AF_UNIX) as odd:
        odd.bind(str(roots.dev / "snd" / "pcmC0D0c"))
        [node] = sound_nodes(roots, "c", sparing=False)
    assert node.look == NotOpened(errno="ENXIO")


@needs_root
def test_a_node_of_another_group_is_denied(tmp_path: Path) -> None:
    roots = lay_out(tmp_path, pcms="00-00: A : A : capture 1\n")
    (roots.dev / "snd" / "pcmC0D0c").touch(mode=0)
    [node] = as_nobody(lambda: sound_nodes(roots, "c", sparing=False), tmp_path)
    assert node.look == NotOpened(errno="EACCES")


def test_the_owner_is_named_by_its_process_not_its_thread(tmp_path: Path) -> None:
    roots = lay_out(tmp_path)
    hold(roots, "card0/pcm0c", pid=207, name="pulseaudio", main=201)
    first, second = sound_nodes(roots, "c", sparing=True)
    assert first.holder == Holder(name="pulseaudio", pid=201)
    assert first.look == NotOpened(errno="ENOENT")  # held, so opened even when sparing
    assert second.look == NotTried()


def test_a_closed_substream_has_no_owner(tmp_path: Path) -> None:
    roots = lay_out(tmp_path)
    substream = roots.proc / "asound" / "card0" / "pcm0c" / "sub0"
    substream.mkdir(parents=True)
    (substream / "status").write_text("closed\n")
    assert sound_nodes(roots, "c", sparing=True)[0].holder == HolderUnseen()


def test_an_owner_that_is_gone_keeps_its_number(tmp_path: Path) -> None:
    roots = lay_out(tmp_path)
    hold(roots, "card0/pcm0c")
    (roots.proc / "201" / "comm").unlink()
    (roots.proc / "201" / "status").unlink()
    assert sound_nodes(roots, "c", sparing=True)[0].holder == Holder(name="another program", pid=201)


@pytest.mark.parametrize("text", ["\x00\xff", "00-00", "00-00: : capture 1"])
def test_odd_lists_break_nothing(tmp_path: Path, text: str) -> None:
    assert all(node.name for node in sound_nodes(lay_out(tmp_path, pcms=text), "c", sparing=True))


def test_where_the_list_is_hidden_the_nodes_are_looked_for(tmp_path: Path) -> None:
    """Docker and podman lay an empty folder over /proc/asound."""
    roots = lay_out(tmp_path, pcms="", names="")
    for name in ("pcmC1D0c", "pcmC1D0p", "controlC1", "pcmC1D0cx"):
        (roots.dev / "snd" / name).touch()
    [node] = sound_nodes(roots, "c", sparing=False)
    assert (node.path, node.name, node.look) == (str(roots.dev / "snd" / "pcmC1D0c"), "card 1", NodeOpened())


def test_two_of_one_name_are_told_apart(tmp_path: Path) -> None:
    pcms = "00-00: Loopback PCM : x : capture 1\n00-01: Loopback PCM : x : capture 1\n01-00: A : A : capture 1\n"
    named = [node.name for node in sound_nodes(lay_out(tmp_path, pcms=pcms), "c", sparing=False)]
    assert named == [
        "HDA Intel PCH Loopback PCM (hw:0,0)",
        "HDA Intel PCH Loopback PCM (hw:0,1)",
        "Jabra EVOLVE 20 A",
    ]


CAPTURE = """\
Simple mixer control 'Capture',0
  Capabilities: cvolume cswitch
  Capture channels: Front Left - Front Right
  Limits: Capture 0 - 63
  Front Left: Capture 39 [62%] [12.00dB] [off]
  Front Right: Capture 39 [62%] [12.00dB] [off]
"""


@pytest.mark.parametrize(
    ("text", "is_off"),
    [
        (CAPTURE, True),
        (CAPTURE.replace("off", "on"), False),
        (CAPTURE.replace("off", "on", 1), False),
        ("  Mono: Capture 20 [57%] [off]\n", True),
        ("  Front Left: 0 [33%] [-30.00dB] Capture [off]\n", False),
        ("amixer: Unable to find simple control 'Capture',0", False),
        ("", False),
    ],
)
def test_the_capture_switch_of_a_card_is_read(text: str, is_off: bool) -> None:
    assert parse_is_off(text) is is_off


def test_a_free_microphone_asks_its_card_for_the_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = lay_out(tmp_path)
    for name in ("pcmC0D0c", "pcmC1D0c", "pcmC0D0p"):
        (roots.dev / "snd" / name).touch()
    amixer = tmp_path / "amixer"
    amixer.write_text(f"#!/bin/sh\n[ \"$*\" = '-c 0 sget Capture' ] && echo '{CAPTURE}'\n")
    amixer.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [node.is_muted for node in sound_nodes(roots, "c", sparing=False)] == [True, False]
    assert not any(node.is_muted for node in sound_nodes(roots, "p", sparing=False))
    assert not any(node.is_muted for node in sound_nodes(roots, "c", sparing=True))
