"""Reading a client's session description, as far as the media server needs it (RFC 8866, 8839, 8842, 8843)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from hms_doctor.simulator.room.ice import Credentials

_MEDIA: Final = re.compile(r"m=(\w+) (\d+) (\S+) (.+)")
_CODEC: Final = re.compile(r"rtpmap:(\d+) ([^/\s]+)")
_DIRECTIONS: Final = ("sendrecv", "sendonly", "recvonly", "inactive")
_MOST: Final = 200_000  # characters


class UnreadableError(ValueError):
    """What was read is no description that the media server can use; the text says why."""


@dataclass(frozen=True)
class Section:
    """One ``m=`` section."""

    kind: str  # "audio", "video", "application"
    mid: str
    direction: str
    codecs: Mapping[int, str] = field(default_factory=dict)  # payload type to name in lower case
    stream_id: str = ""
    track_id: str = ""
    ssrcs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Description:
    """A whole description; transport is that of the first section, since everything is bundled."""

    sections: tuple[Section, ...]
    credentials: Credentials
    fingerprints: tuple[tuple[str, str], ...]  # algorithm, value
    setup: str  # "actpass", "active", "passive"
    sctp_port: int


def read(text: str) -> Description:
    """Read a description; raises UnreadableError."""
    if len(text) > _MOST:
        raise UnreadableError("the description is too long")
    session, *parts = re.split(r"(?m)^(?=m=)", text.replace("\r\n", "\n"))
    if not parts:
        raise UnreadableError("the description has no media section")
    everything = {**_first_of_each(session + parts[0])}
    try:
        return Description(
            sections=tuple(_section(part) for part in parts),
            credentials=Credentials(everything["ice-ufrag"], everything["ice-pwd"]),
            fingerprints=tuple(_fingerprints(session + parts[0])),
            setup=everything.get("setup", "actpass"),
            sctp_port=int(next(iter(_values(text, "sctp-port")), "5000")),
        )
    except KeyError as lacking:
        raise UnreadableError(f"the description has no {lacking.args[0]}") from None
    except ValueError as wrong:
        raise UnreadableError(str(wrong)) from None


def _section(part: str) -> Section:
    first = _MEDIA.match(part)
    if not first:
        raise UnreadableError("a media section cannot be read")
    told = _first_of_each(part)
    stream_id, _, track_id = told.get("msid", "").partition(" ")
    return Section(
        kind=first[1],
        mid=told["mid"],
        direction=next((name for name in _DIRECTIONS if name in told), "sendrecv"),
        codecs={int(number): name.lower() for number, name in _CODEC.findall(part)},
        stream_id=stream_id,
        track_id=track_id,
        ssrcs=tuple(dict.fromkeys(int(value.split()[0]) for value in _values(part, "ssrc"))),
    )


def _fingerprints(text: str) -> Iterator[tuple[str, str]]:
    for value in _values(text, "fingerprint"):
        algorithm, _, digest = value.partition(" ")
        yield algorithm.lower(), digest.strip()


def _values(text: str, name: str) -> list[str]:
    return re.findall(rf"(?m)^a={name}:(.*)$", text)


def _first_of_each(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in re.findall(r"(?m)^a=([\w-]+)(?::(.*))?$", text):
        found.setdefault(name, value.strip())
    return found
