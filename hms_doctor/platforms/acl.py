"""Access control lists of device nodes: how udev lets in whoever sits at the screen (``TAG+="uaccess"``, logind)."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from struct import iter_unpack
from typing import Final

from hms_doctor.platforms.posix import user_name

_ATTRIBUTE: Final = "system.posix_acl_access"
_HEADER: Final = b"\x02\0\0\0"
_USER, _MASK = 0x02, 0x10
_READ_AND_WRITE: Final = 6
_NO_MASK: Final = 7
_ENTRY: Final = "<HHI"


def parse_acl(attribute: bytes) -> tuple[int, ...]:
    """Give the numbers of the users whom a list lets read and write (posix_acl_xattr.h: tag, permissions, id)."""
    if not attribute.startswith(_HEADER) or len(attribute) % 8 != len(_HEADER):
        return ()
    entries = tuple(iter_unpack(_ENTRY, attribute[len(_HEADER) :]))
    mask = next((permissions for tag, permissions, _ in entries if tag == _MASK), _NO_MASK)
    return tuple(
        number
        for tag, permissions, number in entries
        if tag == _USER and permissions & mask & _READ_AND_WRITE == _READ_AND_WRITE
    )


def let_in(node: Path) -> Iterator[str]:
    """Name the users whom a node's list lets in; nobody where there is no list."""
    for number in parse_acl(_list_of(node)):
        yield user_name(number)


def _list_of(node: Path) -> bytes:
    if sys.platform != "linux":
        return b""
    else:  # noqa: RET505 - mypy follows the platform through if and else
        try:
            return os.getxattr(node, _ATTRIBUTE)
        except OSError:
            return b""
