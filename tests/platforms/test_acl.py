"""Access control lists: bytes as the kernel gives them, and a real list."""

import os
from pathlib import Path
from struct import pack

import pytest

from hms_doctor.platforms.acl import let_in, parse_acl

HEADER = b"\x02\0\0\0"
NOBODY = 0xFFFFFFFF


def entries(*told: tuple[int, int, int]) -> bytes:
    return HEADER + b"".join(pack("<HHI", *entry) for entry in told)


def listed(*users: tuple[int, int], mask: int = 6) -> bytes:
    """Give a list as logind leaves it: the owner, users, the group, the mask, the others."""
    named = tuple((0x02, permissions, user) for user, permissions in users)
    return entries((0x01, 6, NOBODY), *named, (0x04, 6, NOBODY), (0x10, mask, NOBODY), (0x20, 0, NOBODY))


@pytest.mark.parametrize(
    ("attribute", "users"),
    [
        (listed((1000, 6)), (1000,)),
        (listed((1000, 6), (1001, 7)), (1000, 1001)),
        (listed((1000, 4)), ()),
        (listed((1000, 6), mask=4), ()),
        (listed(), ()),
        (entries((0x02, 6, 1000)), (1000,)),
        (b"", ()),
        (b"\x01\0\0\0" + listed((1000, 6))[4:], ()),
        (listed((1000, 6))[:-1], ()),
    ],
)
def test_whom_a_list_lets_in(attribute: bytes, users: tuple[int, ...]) -> None:
    assert parse_acl(attribute) == users


def test_a_list_that_the_kernel_gave() -> None:
    """From Debian 12's kernel, after ``setfacl -m u:other:rw /dev/video0``."""
    told = bytes.fromhex("0200000001000600ffffffff02000600e903000004000600ffffffff10000600ffffffff20000000ffffffff")
    assert parse_acl(told) == (1001,)


def test_a_node_without_a_list(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    assert list(let_in(tmp_path / "video0")) == []
    assert list(let_in(tmp_path / "video1")) == []


def test_a_list_of_our_own(tmp_path: Path) -> None:
    node = tmp_path / "video0"
    node.touch()
    try:
        os.setxattr(node, "system.posix_acl_access", listed((65534, 6)))
    except OSError:
        pytest.skip("this file system keeps no lists")
    assert list(let_in(node)) == ["nobody"]
