import asyncio
import socket
import threading
from dataclasses import replace

import pytest
from net_lab import Records, closed_port, name_server
from ws_servers import BRIEF, PATIENT, a_context

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.settings import STEP_SILENCE, Nameserver, Settings
from hms_doctor.model.vantage import Family, Vantage
from hms_doctor.platforms.resolvers import asked_servers
from hms_doctor.wire.connection.resolve import SYSTEM_PATIENCE, Address, Resolved, as_literal, resolve

V4, V6 = Family.IPV4, Family.IPV6


async def asked(
    records: Records, host: str = "a.test", family: Family = Family.EITHER, seconds: float = BRIEF
) -> Resolved | Failure:
    async with name_server(records) as port, a_context(seconds) as ctx:
        settings = Settings(resolver=Nameserver(host="127.0.0.1", port=port))
        return await resolve(replace(ctx, settings=settings, vantage=Vantage(family=family)), host, 443)


def found(answer: Resolved | Failure) -> Resolved:
    assert isinstance(answer, Resolved), answer
    return answer


def failed(answer: Resolved | Failure) -> Failure:
    assert isinstance(answer, Failure), answer
    assert answer.operation is Operation.RESOLVE
    return answer


async def test_both_families_are_told_ipv6_first() -> None:
    answer = found(await asked({("a.test", "A"): ("127.0.0.1", "127.0.0.2"), ("a.test", "AAAA"): ("::1",)}))
    assert answer.addresses[0].ip == "::1"
    assert {a.ip for a in answer.addresses} == {"::1", "127.0.0.1", "127.0.0.2"}
    assert [a.family for a in answer.addresses] == [V6, V4, V4]
    assert answer.missing == {}
    assert not answer.literal
    assert answer.ms > 0


async def test_a_family_without_an_address_is_missing_with_its_reason() -> None:
    answer = found(await asked({("a.test", "A"): ("127.0.0.1",), ("a.test", "AAAA"): ()}))
    assert answer.addresses == (Address(family=V4, ip="127.0.0.1"),)
    assert answer.missing[V6].kind is Kind.NO_ADDRESS


async def test_a_name_that_exists_in_one_family_exists() -> None:
    answer = found(await asked({("a.test", "A"): ("127.0.0.1",), ("a.test", "AAAA"): "NXDOMAIN"}))
    assert answer.missing[V6].kind is Kind.NO_ADDRESS


async def test_a_silent_family_does_not_hold_up_the_other() -> None:
    answer = found(await asked({("a.test", "A"): ("127.0.0.1",), ("a.test", "AAAA"): "SILENT"}, seconds=PATIENT))
    assert [a.ip for a in answer.addresses] == ["127.0.0.1"]
    assert answer.missing[V6].kind is Kind.SILENT
    assert answer.ms < 2500


async def test_only_the_family_of_the_vantage_is_asked() -> None:
    answer = found(await asked({("a.test", "A"): ("127.0.0.1",), ("a.test", "AAAA"): ("::1",)}, family=V6))
    assert [a.ip for a in answer.addresses] == ["::1"]


@pytest.mark.parametrize(
    ("ipv4", "ipv6", "kind", "detail"),
    [
        ("NXDOMAIN", "NXDOMAIN", Kind.NXDOMAIN, "NXDOMAIN"),
        ("SERVFAIL", "SERVFAIL", Kind.SERVFAIL, "SERVFAIL"),
        ("REFUSED", "REFUSED", Kind.SERVFAIL, "REFUSED"),
        ("GARBAGE", "GARBAGE", Kind.MALFORMED, "ShortHeader"),
        ("ANOTHER", "ANOTHER", Kind.MALFORMED, "another question"),
        ((), (), Kind.NO_ADDRESS, "no "),
        ("SILENT", "SILENT", Kind.SILENT, " s"),
        ("NXDOMAIN", "SILENT", Kind.NXDOMAIN, ""),
        ((), "SERVFAIL", Kind.SERVFAIL, ""),
    ],
)
async def test_why_a_name_has_no_address(
    ipv4: tuple[str, ...] | str, ipv6: tuple[str, ...] | str, kind: Kind, detail: str
) -> None:
    failure = failed(await asked({("a.test", "A"): ipv4, ("a.test", "AAAA"): ipv6}))
    assert failure.kind is kind
    assert detail in failure.detail


async def test_an_answer_that_does_not_fit_is_asked_for_again_over_tcp() -> None:
    answer = found(await asked({("a.test", "A"): "TRUNCATED"}))
    assert [a.ip for a in answer.addresses] == ["127.0.0.1"]


async def test_a_name_server_that_is_not_there() -> None:
    with closed_port() as port:
        async with a_context(BRIEF) as ctx:
            settings = Settings(resolver=Nameserver(host="127.0.0.1", port=port))
            failure = failed(await resolve(replace(ctx, settings=settings), "a.test", 443))
    assert failure.kind is Kind.SERVFAIL
    assert failure.detail == "the name server: connection refused (ECONNREFUSED)"


async def test_a_name_server_that_is_no_address() -> None:
    async with a_context(BRIEF) as ctx:
        settings = Settings(resolver=Nameserver(host="ns.test"))
        assert failed(await resolve(replace(ctx, settings=settings), "a.test", 443)).kind is Kind.MALFORMED


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "[::1]"])
async def test_an_address_is_not_looked_up(host: str) -> None:
    async with a_context() as ctx:
        answer = found(await resolve(ctx, host, 443))
    assert [a.ip for a in answer.addresses] == [host.strip("[]")]
    assert answer.literal
    assert answer.ms == 0


async def test_an_address_of_the_other_family_cannot_be_used() -> None:
    async with a_context() as ctx:
        answer = await resolve(replace(ctx, vantage=Vantage(family=V6)), "127.0.0.1", 443)
    assert failed(answer) == Failure(
        operation=Operation.RESOLVE, kind=Kind.NO_ADDRESS, detail="127.0.0.1 is no ipv6 address"
    )


async def test_the_system_knows_localhost_and_leaves_no_thread() -> None:
    before = threading.active_count()
    async with a_context() as ctx:
        answer = found(await resolve(ctx, "localhost", 443))
    assert Address(family=V4, ip="127.0.0.1") in answer.addresses
    for thread in threading.enumerate():
        if thread.name == "hms-doctor resolve":
            thread.join(5)
    assert threading.active_count() <= before


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".test", "\udcff.test"])
async def test_an_impossible_name_does_not_exist(host: str) -> None:
    async with a_context() as ctx:
        assert failed(await resolve(ctx, host, 443)).kind is Kind.NXDOMAIN


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (socket.EAI_NONAME, Kind.NXDOMAIN),
        (socket.EAI_AGAIN, Kind.UNRESOLVED),
        (socket.EAI_FAIL, Kind.SERVFAIL),
        (11004, Kind.NO_ADDRESS),
    ],
)
async def test_what_getaddrinfo_says(number: int, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "as the C library says it")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    async with a_context() as ctx:
        failure = failed(await resolve(ctx, "a.test", 443))
    assert failure.kind is kind
    assert failure.detail.startswith("as the C library says it")
    assert ("this machine asks" in failure.detail) == (kind is Kind.UNRESOLVED and bool(asked_servers()))


async def test_the_system_is_given_time_for_its_second_server(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    async with a_context() as ctx:
        longer = replace(ctx, deadline=ctx.clock.monotonic() + 60, waiting=lambda _what, wait: waits.append(wait))
        await resolve(longer, "a.test", 443)
        asked = replace(longer, settings=replace(longer.settings, resolver=Nameserver(host="127.0.0.1", port=1)))
        await resolve(asked, "a.test", 443)
    assert waits == [SYSTEM_PATIENCE, STEP_SILENCE]


async def test_a_resolver_that_hangs_is_silent_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(30) and [])
    async with a_context(BRIEF) as ctx:
        failure = failed(await resolve(ctx, "a.test", 443))
    assert failure.kind is Kind.SILENT
    hanging = [thread for thread in threading.enumerate() if thread.name == "hms-doctor resolve"]
    assert hanging
    assert all(thread.daemon for thread in hanging)
    release.set()
    for thread in hanging:
        thread.join(5)
    await asyncio.sleep(0)


def test_an_answer_after_the_run_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(30) and [])

    async def look() -> None:
        async with a_context(0.2) as ctx:
            assert failed(await resolve(ctx, "a.test", 443)).kind is Kind.CUT_OFF

    asyncio.run(look())
    release.set()
    for thread in threading.enumerate():
        if thread.name == "hms-doctor resolve":
            thread.join(5)


async def test_a_link_local_address_keeps_its_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    def tell(_host: str, _port: None, *, family: int, type: int) -> list[object]:  # noqa: A002
        if family == socket.AF_INET:
            raise socket.gaierror(socket.EAI_NONAME, "no")
        return [(family, type, 6, "", ("fe80::7", 0, 0, 3)), (family, type, 6, "", ("fe80::7", 0, 0, 3))]

    monkeypatch.setattr(socket, "getaddrinfo", tell)
    async with a_context() as ctx:
        answer = found(await resolve(ctx, "printer.test", 443))
    assert [a.ip for a in answer.addresses] == ["fe80::7%3"]


def test_what_is_an_address() -> None:
    assert as_literal("192.0.2.1") == Address(family=V4, ip="192.0.2.1")
    assert as_literal("[2001:DB8::1]") == Address(family=V6, ip="2001:db8::1")
    assert as_literal("fe80::1%eth0") == Address(family=V6, ip="fe80::1%eth0")
    assert as_literal("192.0.2.256") is None
    assert as_literal("init.test") is None
