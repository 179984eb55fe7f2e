"""Orders with the host that was really asked."""

import pytest

from hms_doctor.model.network.own_host import addressed, is_of_100ms


def test_whose_hosts_are_100ms() -> None:
    assert [h for h in ("100ms.live", "a.100ms.live", "100ms.live.test", "x100ms.live") if is_of_100ms(h)] == [
        "100ms.live",
        "a.100ms.live",
    ]


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("Allow TCP 443 to *.100ms.live in the firewall.", "Allow TCP 8443 to init.test in the firewall."),
        ("Let the proxy pass CONNECT to *.100ms.live:443.", "Let the proxy pass CONNECT to init.test:8443."),
        ("the firewall and *.100ms.live, TCP 443.", "the firewall and init.test, TCP 8443."),
        ("Exempt *.100ms.live from TLS inspection.", "Exempt init.test from TLS inspection."),
        ("Check the spelling.", "Check the spelling."),
    ],
)
def test_a_backend_of_ones_own_is_named(order: str, said: str) -> None:
    assert addressed(order, "init.test", 8443) == said
    assert addressed(order, "prod-init.100ms.live", 443) == order
    assert addressed(order, "") == order
