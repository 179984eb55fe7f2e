"""The line of a session description at which a WebRTC stack stumbles (RFC 8866, RFC 8839, RFC 8842, RFC 9429)."""

import re
from collections.abc import Mapping
from typing import Final

from hms_doctor.model.report.clean import plain
from hms_doctor.model.room.candidates import hide_addresses
from hms_doctor.model.room.descriptions import LineAtFault, NoLine, SdpLine

SHOWN: Final = 200
"""Characters of a line that are quoted."""
_HEAD: Final = ("v", "o", "s")
"""How every description begins (RFC 8866, 5)."""
_TYPES: Final[Mapping[str, re.Pattern[str]]] = {
    "v": re.compile(r"0"),
    "o": re.compile(r"\S+ \d+ \d+ IN IP[46] \S+"),
    "s": re.compile(r".+"),
    "t": re.compile(r"\d+ \d+"),
    "c": re.compile(r"IN IP[46] \S+"),
    "m": re.compile(r"[A-Za-z0-9-]+ \d{1,5}(?:/\d+)? [A-Z0-9/a-z]+(?: [^\s]+)+"),
    "b": re.compile(r"[\w-]+:\d+"),
}
_ATTRIBUTES: Final[Mapping[str, re.Pattern[str]]] = {
    "ice-ufrag": re.compile(r"[A-Za-z0-9+/]{4,256}"),
    "ice-pwd": re.compile(r"[A-Za-z0-9+/]{22,256}"),
    "fingerprint": re.compile(r"[\w-]+ [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})+"),
    "setup": re.compile(r"active|passive|actpass|holdconn"),
    "mid": re.compile(r"[^\s]+"),
    "rtpmap": re.compile(r"\d{1,3} [^\s/]+/\d+(?:/\d+)?"),
    "fmtp": re.compile(r"\d{1,3} .+"),
    "rtcp-fb": re.compile(r"(?:\d{1,3}|\*) .+"),
    "extmap": re.compile(r"\d+(?:/\w+)? \S+.*"),
    "ssrc": re.compile(r"\d+ \S.*"),
    "ssrc-group": re.compile(r"\S+(?: \d+)+"),
    "sctp-port": re.compile(r"\d{1,5}"),
    "max-message-size": re.compile(r"\d+"),
    "candidate": re.compile(r"[A-Za-z0-9+/]{1,64} \d+ \S+ \d+ \S+ \d{1,5} typ (?:host|srflx|prflx|relay)(?: .*)?"),
    "group": re.compile(r"\S+(?: \S+)*"),
}
_MEDIA: Final = ("m=audio ", "m=video ", "m=application ")
_LINE: Final = re.compile(r"(?P<type>[a-z])=(?P<value>.*)")
_HIDDEN: Final = re.compile(r"(a=(?:ice-pwd|ice-ufrag|fingerprint|crypto|identity)\b:?).*")


def line_at_fault(sdp: str) -> LineAtFault:
    """Find the first line that breaks the grammar, quoted without secrets and addresses."""
    for number, line in enumerate(sdp.splitlines(), start=1):
        if not _is_good(number, line):
            return SdpLine(number=number, text=quoted(line))
    return NoLine()


def section_at_fault(sdp: str) -> LineAtFault:
    """Find the first media section of a kind that WebRTC does not know (RFC 9429, 5.3.1)."""
    for number, line in enumerate(sdp.splitlines(), start=1):
        if line.startswith("m=") and not line.startswith(_MEDIA):
            return SdpLine(number=number, text=quoted(line))
    return NoLine()


def quoted(line: str) -> str:
    """Give a line as a report may show it."""
    return hide_addresses(plain(_HIDDEN.sub(r"\1…", line)))[:SHOWN]


def _is_good(number: int, line: str) -> bool:
    found = _LINE.fullmatch(line)
    if found is None or (number <= len(_HEAD) and found["type"] != _HEAD[number - 1]):
        return False
    value = found["value"]
    if found["type"] == "a":
        name, colon, told = value.partition(":")
        return not colon or name not in _ATTRIBUTES or _ATTRIBUTES[name].fullmatch(told.rstrip()) is not None
    return found["type"] not in _TYPES or _TYPES[found["type"]].fullmatch(value.rstrip()) is not None


_CARRIED: Final = ("ice-ufrag", "ice-pwd", "fingerprint", "setup")
"""What the sections of a bundle share; only the first of them has to say it (RFC 9143, 7.1)."""
_NEEDED: Final = _CARRIED[:3]


def what_is_missing(sdp: str) -> str:
    """Name what no description may be without (RFC 8839, 5.4; RFC 8842, 5); empty where all is there."""
    if "\nm=" not in sdp:
        return "it has no media section"
    missing = [f"a={name}" for name in _NEEDED if f"\na={name}:" not in sdp]
    return f"it has no {' and no '.join(missing)}" if missing else ""


def spelled_out(sdp: str) -> str:
    """Say in every section of a bundle what they share: browsers infer it, other stacks do not."""
    head, *sections = re.split(r"(?m)^(?=m=)", sdp)
    if "a=group:BUNDLE" not in head or not sections:
        return sdp
    first = sections[0]
    shared = {name: re.findall(rf"(?m)^a={name}:[^\r\n]*", head + first) for name in _CARRIED}
    return head + first + "".join(section + _added(section, head, shared) for section in sections[1:])


def _added(section: str, head: str, shared: Mapping[str, list[str]]) -> str:
    lines = [
        line
        for name, told in shared.items()
        for line in told
        if f"a={name}:" not in section and f"a={name}:" not in head
    ]
    return "".join(f"{line}\r\n" for line in lines)
