"""What sightings prove of a NAT, and what they do not; to whom a server may send us."""

import pytest

from hms_doctor.model.ice.nat import (
    AddressAndPortDependent,
    AddressDependent,
    CameIn,
    Dependent,
    Endpoint,
    EndpointIndependent,
    FilterTest,
    NatFiltering,
    NatMapping,
    NoNat,
    NoSecond,
    NotHeard,
    NotTested,
    Passage,
    PortIndependent,
    Side,
    Sighting,
    Untold,
    filtering_of,
    mapping_of,
    second_of,
)
from hms_doctor.model.vantage import Family

LOCAL = Endpoint(ip="192.168.77.2", port=5000)
A, B = "203.0.113.10", "203.0.113.11"


def end(text: str) -> Endpoint:
    ip, _, port = text.rpartition(":")
    return Endpoint(ip=ip.strip("[]"), port=int(port))


def side(*seen: tuple[str, str], filters: tuple[FilterTest, ...] = (), local: Endpoint = LOCAL) -> Side:
    sightings = tuple(Sighting(server=end(server), seen_as=end(seen_as), rtt_ms=50.0) for server, seen_as in seen)
    return Side(family=Family.IPV4, local=local, sightings=sightings, filters=filters)


OWN, X, Y, Z, POOL = "192.168.77.2:5000", "198.51.100.2:1", "198.51.100.2:2", "198.51.100.2:3", "198.51.100.3:1"


@pytest.mark.parametrize(
    ("seen", "mapping"),
    [
        ((), NotTested(why="no server answered")),
        (((f"{A}:3478", OWN),), NoNat()),
        (((f"{A}:3478", OWN), (f"{B}:3478", OWN)), NoNat()),
        (((f"{A}:3478", X),), NotTested(why="one port of one server answered")),
        (((f"{A}:3478", "192.168.77.2:6000"),), NotTested(why="one port of one server answered")),
        (((f"{A}:3478", X), (f"{A}:443", X)), PortIndependent()),
        (((f"{A}:3478", X), (f"{A}:443", Y)), AddressAndPortDependent()),
        (((f"{A}:3478", X), (f"{B}:3478", X)), EndpointIndependent()),
        (((f"{A}:3478", X), (f"{B}:3478", Y)), Dependent()),
        (((f"{A}:3478", X), (f"{B}:3478", POOL)), Dependent()),
        (((f"{A}:3478", X), (f"{B}:3478", Y), (f"{B}:3479", Y)), AddressDependent()),
        (((f"{A}:3478", X), (f"{B}:3478", Y), (f"{B}:3479", Z)), AddressAndPortDependent()),
        (((f"{A}:3478", X), (f"{B}:3478", X), (f"{B}:3479", X), (f"{A}:3479", X)), EndpointIndependent()),
        (((f"{A}:3478", OWN), (f"{B}:3478", X)), Dependent()),
    ],
)
def test_mapping(seen: tuple[tuple[str, str], ...], mapping: NatMapping) -> None:
    assert mapping_of(side(*seen)) == mapping


IN, OUT, OPEN = CameIn(origin=end(f"{B}:3479")), NotHeard(), Untold(why="420")
ALL_HEARD = ((f"{A}:3478", X), (f"{B}:3478", X), (f"{B}:3479", X), (f"{A}:3479", X))
HALF_DEAD = NotTested(why="the server's second address 203.0.113.11:3479 does not answer")


@pytest.mark.parametrize(
    ("heard", "second", "from_second", "from_port", "filtering"),
    [
        (ALL_HEARD, end(f"{B}:3479"), IN, IN, EndpointIndependent()),
        (ALL_HEARD, end(f"{B}:3479"), IN, OUT, EndpointIndependent()),
        (ALL_HEARD, end(f"{B}:3479"), OUT, IN, AddressDependent()),
        (ALL_HEARD, end(f"{B}:3479"), OUT, OUT, AddressAndPortDependent()),
        (ALL_HEARD[:3], end(f"{B}:3479"), OUT, OUT, NotTested(why="the server's second port does not answer")),
        (ALL_HEARD[:1], end(f"{B}:3479"), OUT, OUT, HALF_DEAD),
        (ALL_HEARD[:1], end(f"{B}:3479"), OUT, IN, HALF_DEAD),
        (ALL_HEARD[:1], NoSecond(why="none"), IN, OUT, EndpointIndependent()),
        (ALL_HEARD[:1], NoSecond(why="none"), OUT, OUT, NotTested(why="none")),
        (ALL_HEARD, end(f"{B}:3479"), OPEN, OUT, NotTested(why="420")),
        (ALL_HEARD, end(f"{B}:3479"), OUT, OPEN, NotTested(why="420")),
    ],
)
def test_filtering(
    heard: tuple[tuple[str, str], ...],
    second: Endpoint | NoSecond,
    from_second: Passage,
    from_port: Passage,
    filtering: NatFiltering,
) -> None:
    test = FilterTest(server=end(f"{A}:3478"), second=second, from_second=from_second, from_second_port=from_port)
    assert filtering_of(side(*heard, filters=(test,))) == filtering


def test_the_server_that_can_tell_speaks_for_all() -> None:
    mute = FilterTest(
        server=end("192.0.2.1:3478"), second=NoSecond(why="none"), from_second=OPEN, from_second_port=OPEN
    )
    able = FilterTest(server=end(f"{A}:3478"), second=end(f"{B}:3479"), from_second=IN, from_second_port=IN)
    assert filtering_of(side(*ALL_HEARD, filters=(mute, able))) == EndpointIndependent()
    assert filtering_of(side(*ALL_HEARD, filters=(mute,))) == NotTested(why="420")
    assert filtering_of(side(*ALL_HEARD)) == NotTested(why="no server answered")


SAME = "the server's second address is no other than its first"
VERSION = "the server's second address is of another IP version"


@pytest.mark.parametrize(
    ("server", "told", "why"),
    [
        ("8.8.8.8:3478", "8.8.4.4:3479", ""),
        ("8.8.8.8:443", "1.1.1.1:80", ""),
        ("10.0.0.1:3478", "192.168.1.1:3479", ""),  # both private: a company's own server
        ("127.0.0.1:3478", "127.0.0.2:3479", ""),
        ("[2600::1]:3478", "[2600::2]:3479", ""),
        ("8.8.8.8:3478", "8.8.4.4:0", SAME),
        ("8.8.8.8:3478", "8.8.8.8:3479", SAME),
        ("8.8.8.8:3478", "8.8.4.4:3478", SAME),
        ("8.8.8.8:3478", "[2600::1]:3479", VERSION),
        ("[2600::1]:3478", "8.8.8.8:3479", VERSION),
        ("[2600::1]:3478", "[::ffff:127.0.0.1]:3479", VERSION),
        *[
            ("8.8.8.8:3478", f"{ip}:3479", f"the server tells a second address ({ip}) that cannot be its own")
            for ip in (
                "0.0.0.0", "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
                "224.0.0.251", "239.1.1.1", "240.0.0.1", "255.255.255.255",
            )
        ],
        *[
            ("[2600::1]:3478", f"[{ip}]:3479", f"the server tells a second address ({ip}) that cannot be its own")
            for ip in ("::", "::1", "fe80::1", "fd00::1", "ff02::1")
        ],
        ("10.0.0.1:3478", "8.8.8.8:3479", "the server tells a second address (8.8.8.8) that cannot be its own"),
        ("127.0.0.1:3478", "10.0.0.1:3479", "the server tells a second address (10.0.0.1) that cannot be its own"),
        ("10.0.0.1:3478", "127.0.0.1:3479", "the server tells a second address (127.0.0.1) that cannot be its own"),
    ],
)  # fmt: skip
def test_no_server_sends_us_where_it_has_no_business(server: str, told: str, why: str) -> None:
    assert second_of(end(server), end(told)) == (NoSecond(why=why) if why else end(told))


@pytest.mark.parametrize("text", ["198.51.100.2:1", "[2001:db8::1]:3478"])
def test_an_endpoint_reads_as_in_a_url(text: str) -> None:
    assert str(end(text)) == text
