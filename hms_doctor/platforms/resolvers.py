"""Which DNS servers this machine asks, as far as a file says so."""

from pathlib import Path
from typing import Final

from hms_doctor.platforms.files import text_of

_FILE: Final = Path("/etc/resolv.conf")
_BEHIND_THE_STUB: Final = Path("/run/systemd/resolve/resolv.conf")
_STUBS: Final = frozenset({"127.0.0.53", "127.0.0.54"})
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
