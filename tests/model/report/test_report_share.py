"""A shared report names no address, device, host or user; what was the same stays recognisably the same."""

import re
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.finding import CheckResult, Passed, Ran
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.report.report import Environment, Report, Verdict
from hms_doctor.model.report.share import Names, share

NAMES = Names(
    hosts=("jane-laptop", "jane-laptop.acme.example"),
    users=("jane", "Jane Doe"),
    homes=("/srv/people/jane",),
    devices=("Jane's AirPods",),
)


def report(headline: str, *, check: str = "endpoint.reach", proxy: str = "") -> Report:
    found = Passed(
        summary=headline, evidence={"name": "Integrated Camera: Jane's", "rows": [{"ip": headline, "ms": 1.5}]}
    )
    return Report(
        version="0.1.0", run_id="ab12", started_at="2026-11-21T18:22:10.123Z", duration_ms=1.0,
        environment=Environment(os="Linux 6.1", python="3.11.2", proxies={"https": proxy} if proxy else {}),
        verdict=Verdict.PASS, exit_code=0, headline=headline,
        checks=(CheckResult(id=check, title="t", outcome=Ran(findings=(found,))),),
        extra={"devices": [{"kind": "speaker", "name": "HD Audio (4)", "id": "hw:0", "holder": {"name": "zoom"}}]},
    )  # fmt: skip


def shared(text: str) -> str:
    return share(report(text), NAMES).headline


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("203.0.113.7, TLS 1.3", "ip-1, TLS 1.3"),
        ("from 10.0.0.5:53211 to 203.0.113.7:3478", "from ip-1:53211 to ip-2:3478"),
        ("127.0.0.1 and 127.0.0.1 and 192.0.2.1.", "ip-1 and ip-1 and ip-2."),
        ("[2001:db8::7]:3478", "[ip-1]:3478"),
        ("::1, fe80::1%eth0, ::ffff:10.0.0.5, 10.0.0.5", "ip-1, ip-2, ip-3, ip-3"),
        ("2001:0DB8:0000:0000:0000:0000:0000:0007 is 2001:db8::7.", "ip-1 is ip-1."),
        ("turn:203.0.113.7:3478?transport=udp", "turn:ip-1:3478?transport=udp"),
        ("ip-10-0-0-5.compute.example", "ip-ip-1.compute.example"),
        ("AA:BB:CC:DD:EE:FF and dev_AA_BB_CC_DD_EE_FF", "mac-1 and mac-1"),
        ("name server 10.0.0.0/8", "name server ip-1/8"),
        ("on jane-laptop and JANE-LAPTOP.acme.example", "on host-1 and host-2"),
        ("printer.local, dc1.corp.lan", "host-1, host-2"),
        ("/srv/people/jane/t.jwt", "~/t.jwt"),
        ("/home/bob/t.jwt, /Users/bob/x, C:\\Users\\bob\\x", "~/t.jwt, ~/x, ~\\x"),
        ("jane is in group video, Jane Doe", "user-1 is in group video, user-2"),
        ("Jane's AirPods, 80 %", "device-1, 80 %"),
    ],
)
def test_what_points_at_somebody_is_replaced(text: str, left: str) -> None:
    assert shared(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "https://prod-init.100ms.live in 48 ms",
        "at 18:22:10 UTC, 2026-11-21-10",
        "web 0.15.2: nothing",
        "SHA-256 AA:BB:CC:DD:EE:FF:00:11:22:33",
        "root cause, host role, 999.1.2.3, 1.2.3",
        "std::error, x::y, 12:34",
        "janet is somebody else",
    ],
)
def test_what_points_at_nobody_stays(text: str) -> None:
    assert shared(text) == text


def test_devices_are_known_from_the_report_itself() -> None:
    text = "HD Audio (4) and Integrated Camera: Jane's, held by zoom"
    assert share(report(text, check="devices.camera"), Names()).headline == "device-1 and device-2, held by zoom"


def test_a_device_file_points_at_nobody() -> None:
    told = replace(report("busy: /dev/video0"), extra={"devices": [{"name": "Cam of Jane", "id": "/dev/video0"}]})
    assert share(told, Names()).headline == "busy: /dev/video0"
    assert share(told, Names()).extra == {"devices": [{"name": "device-1", "id": "/dev/video0"}]}


def test_who_listened_to_a_tone_is_a_device() -> None:
    heard: JsonObject = {
        "kind": "speaker",
        "name": "Desk",
        "id": "sink",
        "test": {"output": "Desk", "microphone": "Ann's ear"},
    }
    told = share(replace(report("heard by Ann's ear"), extra={"devices": [heard]}), Names())
    assert "Ann" not in str(told)


def test_whom_a_device_lets_in_is_a_user() -> None:
    nodes: list[JsonValue] = [{"node": "/dev/video0", "name": "Cam", "acl": ["ann", "bob"]}, {"acl": "nobody"}, "x"]
    found = Passed(summary="the login at the screen (ann) has it", evidence={"nodes": nodes})
    check = CheckResult(id="devices.camera", title="t", outcome=Ran(findings=(found,)))
    told = share(replace(report("x"), checks=(check,)), Names())
    assert told.checks[0].summary == "the login at the screen (user-1) has it"
    assert "bob" not in str(told)
    elsewhere = replace(report("ann"), checks=(replace(check, id="init"),))
    assert share(elsewhere, Names()).headline == "ann"


def test_names_in_other_evidence_are_no_devices() -> None:
    assert share(report("Integrated Camera: Jane's"), Names()).headline == "Integrated Camera: Jane's"


def test_the_proxy_s_host_is_a_host() -> None:
    left = share(report("through proxy.acme.example", proxy="http://proxy.acme.example:3128"), Names())
    assert left.headline == "through host-1"
    assert left.environment.proxies == {"https": "http://host-1:3128"}
    assert share(report("x", proxy="proxy.acme.example:3128"), Names()).environment.proxy == "host-1:3128"


def test_the_same_thing_has_one_name_throughout() -> None:
    left = share(report("203.0.113.7"), Names())
    assert left.headline == "ip-1"
    finding = left.checks[0].findings[0]
    assert finding.summary == "ip-1"
    assert finding.evidence["rows"] == [{"ip": "ip-1", "ms": 1.5}]


@given(
    address=st.ip_addresses(),
    before=st.sampled_from(["", "to ", "(", "[", "udp/", "=", '"']),
    after=st.sampled_from(["", ", ", ")", "]:3478", ".", "/24", '"']),
)
def test_no_address_is_left(address: IPv4Address | IPv6Address, before: str, after: str) -> None:
    left = shared(f"{before}{address}{after}")
    assert str(address) not in left
    assert re.search(r"ip-1(?!\d)", left)


@given(address=st.ip_addresses(v=6))
def test_no_long_form_of_an_address_is_left(address: IPv6Address) -> None:
    assert shared(f"from {address.exploded} on") == "from ip-1 on"
