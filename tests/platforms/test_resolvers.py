"""Which DNS servers a machine asks."""

import sys

import pytest

from hms_doctor.platforms.resolvers import asked_servers, beside, gateways, name_servers, others_to_ask


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("", ()),
        ("nameserver 192.0.2.1\n", ("192.0.2.1",)),
        ("# nameserver 1\nsearch lan\nnameserver\nnameserver fe80::1%eth0 \n", ("fe80::1%eth0",)),
        ("".join(f"nameserver 192.0.2.{i}\n" for i in range(5)), ("192.0.2.0", "192.0.2.1", "192.0.2.2")),
    ],
)
def test_resolv_conf(text: str, servers: tuple[str, ...]) -> None:
    assert name_servers(text) == servers


def test_this_machine_is_read() -> None:
    assert len(asked_servers()) <= 3


ROUTES = """Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0102A8C0	0003	0	0	0	00000000	0	0	0
wlan0	00000000	0102A8C0	0003	0	0	600	00000000	0	0	0
tun0	00000000	00000000	0001	0	0	0	00000000	0	0	0
eth0	0002A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
"""


@pytest.mark.skipif(sys.byteorder != "little", reason="the kernel writes addresses in the machine's byte order")
def test_routers_of_the_default_routes() -> None:
    assert gateways(ROUTES) == ("192.168.2.1",)
    assert gateways("") == ()


@pytest.mark.parametrize(
    ("asked", "routers", "others"),
    [
        ((), (), ()),
        ((), ("r",), ("r",)),
        (("a",), ("r",), ("r",)),
        (("r",), ("r",), ()),  # the look-up asked him, and nobody else
        (("a", "b"), ("b", "r"), ("a", "b", "r")),  # the second was asked only where the first was silent
    ],
)
def test_whom_to_ask_beside_the_look_up(
    asked: tuple[str, ...], routers: tuple[str, ...], others: tuple[str, ...]
) -> None:
    assert beside(asked, routers) == others


def test_this_machines_others_are_read() -> None:
    assert len(set(others_to_ask())) == len(others_to_ask())
