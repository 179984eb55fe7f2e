"""What can be behind a port, and what can be wrong with a certificate, as OpenSSL tells it."""

import asyncio
import socket
import ssl
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest
from cryptography import x509
from sim_clients import ask_init, client, nothing_left, trusting

from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.authority import PROXY_NAME
from hms_doctor.simulator.change import init_certificate, init_port, newest_tls, portal
from hms_doctor.simulator.ports import bound, open_black_hole
from hms_doctor.simulator.scenario import Certificate, Listener, PortalScript, TlsScript


def listening(listener: Listener) -> Simulator:
    return Simulator(init_port(listener)(Scenario()))


def showing(certificate: Certificate) -> Simulator:
    return Simulator(init_certificate(certificate)(Scenario()))


def place(simulator: Simulator) -> tuple[str, int]:
    parts = urlsplit(simulator.init_endpoint)
    return parts.hostname or "", parts.port or 0


async def shaken(simulator: Simulator) -> ssl.SSLObject:
    """Shake hands as a client that trusts the simulator's root."""
    host, port = place(simulator)
    _reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port, ssl=trusting(simulator)), 3)
    told: ssl.SSLObject = writer.get_extra_info("ssl_object")
    writer.close()
    await writer.wait_closed()
    return told


async def test_refused() -> None:
    async with listening(Listener.REFUSED) as simulator:
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*place(simulator))


async def test_dropped() -> None:
    async with listening(Listener.DROPPED) as simulator:
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.open_connection(*place(simulator)), 0.2)


async def test_silent() -> None:
    async with listening(Listener.SILENT) as simulator:
        reader, writer = await asyncio.open_connection(*place(simulator))
        writer.write(b"hello")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.1)
        writer.close()
        await writer.wait_closed()


async def test_reset() -> None:
    async with listening(Listener.RESET) as simulator:
        with pytest.raises(ConnectionResetError):
            await shaken(simulator)


async def test_closed() -> None:
    async with listening(Listener.CLOSED) as simulator:
        reader, writer = await asyncio.open_connection(*place(simulator))
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_plain_http_on_the_tls_port() -> None:
    async with listening(Listener.PLAIN) as simulator:
        with pytest.raises(ssl.SSLError, match=r"WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE"):
            await shaken(simulator)
        async with httpx.AsyncClient(trust_env=False) as http:
            host, port = place(simulator)
            assert (await http.get(f"http://{host}:{port}/init")).status_code == 401


@pytest.mark.parametrize(
    ("certificate", "verify_code"),
    [
        (Certificate.EXPIRED, 10),
        (Certificate.NOT_YET_VALID, 9),
        (Certificate.WRONG_NAME, 64),
        (Certificate.INTERCEPTED, 20),
        (Certificate.SELF_SIGNED, 18),
    ],
)
async def test_openssls_own_word_for_each_certificate(certificate: Certificate, verify_code: int) -> None:
    async with showing(certificate) as simulator:
        with pytest.raises(ssl.SSLCertVerificationError) as refused:
            await shaken(simulator)
    assert refused.value.verify_code == verify_code


async def test_garbage_in_the_place_of_a_certificate() -> None:
    async with showing(Certificate.GARBAGE) as simulator:
        with pytest.raises(ssl.SSLError) as refused:
            await shaken(simulator)
    assert not isinstance(refused.value, ssl.SSLCertVerificationError)
    assert "ASN1" in str(refused.value)


async def test_the_intercepting_proxy_has_its_name() -> None:
    async with showing(Certificate.INTERCEPTED) as simulator:
        pem = await asyncio.to_thread(ssl.get_server_certificate, place(simulator))
    issuer = x509.load_pem_x509_certificate(pem.encode()).issuer.rfc4514_string()
    assert issuer == f"CN={PROXY_NAME}"


async def test_a_good_certificate_is_for_addresses_and_names() -> None:
    async with Simulator() as simulator:
        pem = await asyncio.to_thread(ssl.get_server_certificate, place(simulator))
    names = x509.load_pem_x509_certificate(pem.encode()).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == [
        "localhost",
        "init.hms-doctor.test",
        "signal.hms-doctor.test",
        "turn.hms-doctor.test",
    ]
    assert [str(ip) for ip in names.value.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]


async def test_tls_12_alone() -> None:
    async with Simulator() as simulator:
        assert (await shaken(simulator)).version() == "TLSv1.3"
    async with Simulator(newest_tls("1.2")(Scenario())) as simulator:
        assert (await shaken(simulator)).version() == "TLSv1.2"


@pytest.mark.parametrize(("days", "verify_code"), [(400, 9), (-400, 10)])
async def test_certificates_follow_the_servers_clock(days: int, verify_code: int) -> None:
    async with Simulator(replace(Scenario(), clock_offset=days * 86400.0)) as simulator:
        with pytest.raises(ssl.SSLCertVerificationError) as refused:
            await shaken(simulator)
    assert refused.value.verify_code == verify_code


async def test_the_portal_question_meets_a_server_without_such_a_page() -> None:
    async with Simulator() as simulator, httpx.AsyncClient(trust_env=False) as http:
        for path in ("/", "/init", "/generate_204"):
            answer = await http.get(simulator.portal_url + path)
            assert (answer.status_code, answer.text) == (404, "404 page not found\n")
        closing = await http.get(simulator.portal_url, headers={"Connection": "close"})
        assert closing.headers["connection"] == "close"


async def test_a_captive_portal_redirects() -> None:
    login = Answer(status=302, headers=(("Location", "http://login.test/"),))
    async with Simulator(portal(PortalScript(answer=login))(Scenario())) as simulator:
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(simulator.portal_url)).headers["location"] == "http://login.test/"
        assert (await ask_init(simulator, simulator.tokens["host"])).status_code == 200


async def test_a_black_hole_answers_nothing() -> None:
    async with Simulator() as simulator:
        port = open_black_hole(simulator.ground)
        loop = asyncio.get_running_loop()
        with bound("127.0.0.1", 0, socket.SOCK_DGRAM) as asking:
            await loop.sock_sendto(asking, b"\x00\x01\x00\x00", ("127.0.0.1", port))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(loop.sock_recv(asking, 100), 0.1)


async def test_an_address_of_somebody_else_is_refused_without_a_trace() -> None:
    with nothing_left(), pytest.raises(OSError, match=r"assign|address"):
        await Simulator(bind="203.0.113.7").__aenter__()


def test_a_tls_script_is_healthy_by_default() -> None:
    assert TlsScript() == TlsScript(listener=Listener.TLS, certificate=Certificate.GOOD, newest="1.3")


async def test_cut_connections_in_the_handshake_leave_nothing() -> None:
    async with Simulator() as simulator:
        async with client(simulator) as http:
            await http.get(simulator.init_endpoint)
        with nothing_left():
            for _ in range(5):
                _reader, writer = await asyncio.open_connection(*place(simulator))
                writer.write(b"\x16\x03\x01\x02\x00\x01")
                writer.transport.abort()
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("rounds", range(8))
async def test_a_connection_that_nobody_got_to_serve_is_closed(rounds: int) -> None:
    async with Simulator() as simulator:
        with socket.create_connection(place(simulator), 3):
            for _ in range(rounds):
                await asyncio.sleep(0)
