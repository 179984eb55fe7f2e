"""The healthy init service, as the web SDK and browsers meet it."""

import asyncio
import base64
import hashlib
import json
import socket
import ssl
import stat
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sim_clients import ask_init, client, knock, nothing_left, trusting

from hms_doctor.simulator import Scenario, Simulator


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator() as running:
        yield running


async def test_a_good_token_gets_the_configuration_that_the_sdk_needs(simulator: Simulator) -> None:
    answer = await ask_init(simulator, simulator.tokens["host"])
    assert answer.status_code == 200
    told = answer.json()
    assert told["endpoint"] == simulator.signalling_url
    assert told["endpoint"].startswith("wss://127.0.0.1:")
    assert isinstance(told["config"], dict)
    assert set(told["config"]) == {
        "enabledFlags",
        "networkHealth",
        "publishStats",
        "subscribeStats",
        "dtlsStateTimeouts",
    }
    assert told["config"]["networkHealth"]["scoreMap"]["5"] == {"low": 700, "high": 0}
    servers = told["rtcConfiguration"]["ice_servers"]
    assert [tuple(server["urls"]) for server in servers] == [server.urls for server in simulator.ice_servers]


async def test_the_token_is_an_app_token_of_the_pages(simulator: Simulator) -> None:
    header, claims, signature = simulator.tokens["guest"].reveal().split(".")
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "HS256", "typ": "JWT"}
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert (told["role"], told["type"], told["version"]) == ("guest", "app", 2)
    assert (told["access_key"], told["room_id"]) == (simulator.access_key, simulator.room_id)
    assert told["exp"] - told["iat"] == 24 * 3600
    assert len(signature) == 43
    assert "-" not in claims
    assert "_" not in claims


async def test_a_browser_may_ask_from_any_page(simulator: Simulator) -> None:
    async with client(simulator) as http:
        asked = {
            "Origin": "http://localhost:18080",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization",
        }
        preflight = await http.options(f"{simulator.init_endpoint}/init", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert "GET" in preflight.headers["access-control-allow-methods"]
    assert "content-length" not in preflight.headers


@pytest.mark.parametrize("role", ["host", "guest"])
async def test_every_answer_is_readable_by_a_page_and_dated(simulator: Simulator, role: str) -> None:
    answer = await ask_init(simulator, simulator.tokens[role])
    assert answer.headers["access-control-allow-origin"] == "*"
    assert abs(parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time()) < 5


async def test_the_servers_clock_can_be_off() -> None:
    async with Simulator(Scenario(clock_offset=7200)) as running:
        answer = await ask_init(running, running.tokens["host"])
        assert answer.status_code == 200, "the token is judged by the server's own clock"
        assert abs(parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time() - 7200) < 5


async def test_one_connection_serves_several_requests(simulator: Simulator) -> None:
    async with client(simulator) as http:
        for path, status in (("/init", 401), ("/nothing-here", 404), ("/speed-test", 200), ("/init", 401)):
            answer = await http.get(simulator.init_endpoint + path)
            assert answer.status_code == status
        assert len((await http.get(f"{simulator.init_endpoint}/speed-test")).content) == 100_000
        assert (await http.head(f"{simulator.init_endpoint}/speed-test")).content == b""
        assert (await http.post(f"{simulator.init_endpoint}/init", content=b"x" * 10)).status_code == 401


@pytest.mark.parametrize(
    "request_",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET /init\r\n\r\n",
        b"GET /init HTTP/2\r\n\r\n",
        b"POST /init HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n",
        b"POST /init HTTP/1.1\r\nContent-Length: many\r\n\r\n",
    ],
)
async def test_what_is_no_request_gets_400_and_the_door(simulator: Simulator, request_: bytes) -> None:
    assert (await knock(simulator.init_endpoint, request_, patience=2)).startswith(b"HTTP/1.1 400 Bad Request\r\n")


async def test_a_head_without_end_is_dropped(simulator: Simulator) -> None:
    assert await knock(simulator.init_endpoint, b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000, patience=2) == b""


async def test_the_pin_is_the_key_that_the_port_shows(simulator: Simulator) -> None:
    parts = urlsplit(simulator.init_endpoint)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=trusting(simulator))
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    assert await reader.read() == b""
    key = x509.load_der_x509_certificate(der).public_key()
    pin = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    assert simulator.spki == base64.b64encode(pin).decode()


async def test_private_files_are_for_this_user_alone(simulator: Simulator) -> None:
    directory = simulator.ca_file.parent
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for file in directory.glob("*"):
        if file != simulator.ca_file:
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert simulator.token_files["host"].read_text() == simulator.tokens["host"].reveal()


async def test_secrets_do_not_show_themselves(simulator: Simulator) -> None:
    told = f"{simulator.tokens} {simulator.app_secret} {simulator.account}"
    assert simulator.tokens["host"].reveal() not in told
    assert simulator.app_secret.reveal() not in told


async def test_two_run_beside_each_other_and_take_only_their_own_tokens() -> None:
    async with Simulator() as one, Simulator() as other:
        assert one.init_endpoint != other.init_endpoint
        answer = await ask_init(one, other.tokens["host"])
        assert answer.status_code == 401
        with pytest.raises(ssl.SSLError):
            await asyncio.open_connection("127.0.0.1", urlsplit(other.init_endpoint).port, ssl=trusting(one))


async def test_a_port_can_be_chosen_and_one_that_is_taken_is_an_oserror() -> None:
    async with Simulator() as running:
        port = urlsplit(running.init_endpoint).port
        assert port
        with nothing_left(), pytest.raises(OSError, match="in use"):
            await Simulator(port=port).__aenter__()
    async with Simulator(port=port) as again:
        assert urlsplit(again.init_endpoint).port == port
        assert (await ask_init(again, again.tokens["host"])).status_code == 200


async def test_it_can_listen_on_ipv6() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 on loopback here")
    async with Simulator(bind="::1") as running:
        assert running.init_endpoint.startswith("https://[::1]:")
        assert (await ask_init(running, running.tokens["host"])).json()["endpoint"].startswith("wss://[::1]:")


async def test_it_starts_fast() -> None:
    async with Simulator():
        pass
    began = time.perf_counter()
    async with Simulator():
        took = time.perf_counter() - began
    assert took < 0.3


async def test_it_leaves_nothing_while_clients_are_in_the_middle_of_things() -> None:
    with nothing_left():
        async with Simulator() as running:
            parts = urlsplit(running.init_endpoint)
            raw = [await asyncio.open_connection(parts.hostname, parts.port) for _ in range(3)]
            raw[0][1].write(b"\x16\x03\x01")
            tls = await asyncio.open_connection(parts.hostname, parts.port, ssl=trusting(running))
            tls[1].write(b"GET /init HTTP/1.1\r\n")
            await asyncio.sleep(0.05)
        for _reader, writer in (*raw, tls):
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
