"""Linux, looked at: what the kernel and the user's services tell of each kind of device."""

import os
from collections.abc import Iterator
from dataclasses import replace

from hms_doctor.model.devices.cameras import CameraSurvey
from hms_doctor.model.devices.choice import real_devices
from hms_doctor.model.devices.radios import Block, BluetoothSurvey, block_of
from hms_doctor.model.devices.sound import SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import NotTried
from hms_doctor.platforms.alsa import cards, sound_nodes
from hms_doctor.platforms.posix import here
from hms_doctor.platforms.pulse import sound_server
from hms_doctor.platforms.pulse_sockets import reach, usual_runtime
from hms_doctor.platforms.radio import from_sysfs
from hms_doctor.platforms.roots import Roots
from hms_doctor.platforms.v4l import camera_nodes


def cameras(roots: Roots) -> Iterator[CameraSurvey]:
    """Look at every video node."""
    yield CameraSurvey(here=here(), nodes=tuple(camera_nodes(roots)), film=NotTried())


def sound(roots: Roots, letter: str) -> Iterator[SoundSurvey]:
    """Ask the sound server first: what it lists needs no opening, which could take a card from it."""
    reach(os.environ, usual_runtime())
    server = sound_server(letter, os.environ)
    told = isinstance(server, SoundServer) and bool(real_devices(server))
    nodes = sound_nodes(roots, letter, sparing=told)
    yield SoundSurvey(here=here(), cards=cards(roots), nodes=nodes, server=server, portaudio=NotTried())


def bluetooth(roots: Roots) -> Iterator[BluetoothSurvey]:
    """Ask the kernel, and the service only where an adapter is not blocked."""
    survey = from_sysfs(roots)
    yield survey
    blocks = {block_of(survey, adapter) for adapter in survey.adapters}
    if Block.NONE in blocks:
        from hms_doctor.platforms.bluez import with_service
        from hms_doctor.platforms.headsets import wired_microphones

        yield replace(with_service(survey), wired=wired_microphones(roots.proc))
