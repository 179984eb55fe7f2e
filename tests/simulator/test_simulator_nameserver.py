"""The name server, asked through dnspython."""

import socket

import dns.asyncquery
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.scenario import INIT_NAME, SIGNAL_NAME, TURN_NAME, DnsAnswer, DnsScript


async def asked(simulator: Simulator, name: str, record: str = "A", patience: float = 3) -> dns.message.Message:
    host, port = simulator.nameserver
    return await dns.asyncquery.udp(dns.message.make_query(name, record), host, port=port, timeout=patience)


def addresses(answer: dns.message.Message) -> list[str]:
    return [str(record) for records in answer.answer for record in records]


def scripted(answer: DnsAnswer, delay: float = 0.0) -> Simulator:
    return Simulator(Scenario(dns=DnsScript(answers={INIT_NAME: answer}, delay=delay)))


@pytest.mark.parametrize("name", [INIT_NAME, SIGNAL_NAME, TURN_NAME, INIT_NAME.upper()])
async def test_the_three_names_lead_to_loopback(name: str) -> None:
    async with Simulator() as simulator:
        assert addresses(await asked(simulator, name)) == ["127.0.0.1"]
        nothing = await asked(simulator, name, "AAAA")
    assert nothing.rcode() == dns.rcode.NOERROR
    assert addresses(nothing) == []


async def test_every_other_name_does_not_exist() -> None:
    async with Simulator() as simulator:
        for name in ("account-disabled-us", "example.org", "other.hms-doctor.test"):
            assert (await asked(simulator, name)).rcode() == dns.rcode.NXDOMAIN


@pytest.mark.parametrize(
    ("script", "rcode"),
    [(DnsAnswer.NXDOMAIN, dns.rcode.NXDOMAIN), (DnsAnswer.SERVFAIL, dns.rcode.SERVFAIL), (DnsAnswer.EMPTY, 0)],
)
async def test_scripted_answers(script: DnsAnswer, rcode: int) -> None:
    async with scripted(script) as simulator:
        answer = await asked(simulator, INIT_NAME)
        assert (answer.rcode(), addresses(answer)) == (rcode, [])
        assert addresses(await asked(simulator, SIGNAL_NAME)) == ["127.0.0.1"]


async def test_an_ipv6_address_where_nothing_listens() -> None:
    async with scripted(DnsAnswer.DEAD_IPV6) as simulator:
        assert addresses(await asked(simulator, INIT_NAME)) == ["127.0.0.1"]
        assert addresses(await asked(simulator, INIT_NAME, "AAAA")) == ["::1"]


async def test_silence() -> None:
    async with scripted(DnsAnswer.SILENT) as simulator:
        with pytest.raises(dns.exception.Timeout):
            await asked(simulator, INIT_NAME, patience=0.1)


async def test_an_answer_can_take_its_time() -> None:
    async with scripted(DnsAnswer.LOOPBACK, delay=0.15) as simulator:
        with pytest.raises(dns.exception.Timeout):
            await asked(simulator, INIT_NAME, patience=0.05)
        assert addresses(await asked(simulator, INIT_NAME)) == ["127.0.0.1"]


async def test_what_is_no_query_is_passed_over() -> None:
    async with Simulator() as simulator:
        host, port = simulator.nameserver
        with pytest.raises(dns.exception.Timeout):
            await dns.asyncquery.udp(dns.message.Message(), host, port=port, timeout=0.1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as raw:
            raw.sendto(b"\x00", (host, port))
        assert addresses(await asked(simulator, INIT_NAME)) == ["127.0.0.1"]


async def test_other_records_of_a_name_are_empty() -> None:
    async with Simulator() as simulator:
        answer = await asked(simulator, INIT_NAME, "HTTPS")
    assert (answer.rcode(), addresses(answer)) == (dns.rcode.NOERROR, [])
