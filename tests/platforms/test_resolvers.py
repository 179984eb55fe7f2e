"""Which DNS servers a machine asks."""

import pytest

from hms_doctor.platforms.resolvers import asked_servers, name_servers


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
