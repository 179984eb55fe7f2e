"""Which DNS servers this machine asks, as far as a file says so."""

import sys
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

from hms_doctor.platforms.files import text_of

_FILE: Final = Path("/etc/resolv.conf")
_BEHIND_THE_STUB: Final = Path("/run/systemd/resolve/resolv.conf")
_STUBS: Final = frozenset({"127.0.0.53", "127.0.0.54"})
_ROUTES: Final = Path("/proc/net/route")
_DEFAULT: Final = "00000000"
_MOST: Final = 3  # glibc reads no more (resolv.conf(5): MAXNS)


def name_servers(text: str) -> tuple[str, ...]:
    """Read the servers in a text as resolv.conf(5) describes it; pure."""
    lines = (line.split() for line in text.splitlines())
    return tuple(words[1] for words in lines if len(words) > 1 and words[0] == "nameserver")[:_MOST]


def asked_servers() -> tuple[str, ...]:
    """Give the servers, those behind systemd's stub where it stands before them; none where no file tells."""
    servers = name_servers(text_of(_FILE))
    behind = name_servers(text_of(_BEHIND_THE_STUB)) if _STUBS & set(servers) else ()
    return behind or servers


def gateways(text: str) -> tuple[str, ...]:
    """Read the routers of the default routes from ``/proc/net/route`` (Linux: net/ipv4/fib_trie.c); pure."""
    lines = (line.split() for line in text.splitlines()[1:])
    found = (words[2] for words in lines if len(words) > 2 and words[1] == _DEFAULT != words[2])  # noqa: PLR2004
    return tuple(dict.fromkeys(_dotted(word) for word in found))


def _dotted(word: str) -> str:
    return str(IPv4Address(int(word, 16).to_bytes(4, sys.byteorder)))


def others_to_ask() -> tuple[str, ...]:
    """Give those of whom this network itself may know a name that was not found: each of several servers, the routers.

    A public DNS server that nobody set here is not among them: it is no business of a third party whom this machine
    wants to call.
    """
    return beside(asked_servers(), gateways(text_of(_ROUTES)))


def beside(asked: tuple[str, ...], routers: tuple[str, ...]) -> tuple[str, ...]:
    """Choose whom to ask beside the system's own look-up, which has heard one server alone whatever he said; pure."""
    heard = asked if len(asked) == 1 else ()
    return tuple(server for server in dict.fromkeys((*asked, *routers)) if server not in heard)
