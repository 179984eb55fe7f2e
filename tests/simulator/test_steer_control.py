"""The control URL: for whoever knows the key of this run, and nobody else; hostile requests change nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
from sim_clients import ask_init, nothing_left
from steer_stage import Stage, staged

from hms_doctor.simulator.steering_control import Control


@dataclass
class Room:
    stage: Stage
    url: str
    http: httpx.AsyncClient
    ended: asyncio.Event

    @property
    def key(self) -> str:
        return self.url.rsplit("/", 1)[1]

    @property
    def bare(self) -> str:
        return self.url.rsplit("/", 1)[0]


@asynccontextmanager
async def controlled() -> AsyncIterator[Room]:
    async with staged() as stage, httpx.AsyncClient(trust_env=False, timeout=5) as http:
        ended = asyncio.Event()
        url = Control(ground=stage.simulator.ground, steering=stage.steering, end=ended.set).open()
        yield Room(stage, url, http, ended)


async def test_a_fault_by_json_or_text_is_played_and_the_state_told() -> None:
    async with controlled() as room:
        state = (await room.http.get(room.url)).json()
        assert (state["fault"], state["code"], state["until"], state["peers"]) == ("healthy", None, None, [])
        assert state["since"] == "2027-01-15T08:00:00.000Z"
        answer = await room.http.post(room.url, json={"fault": "40102", "for": "20s"})
        assert answer.status_code == 200
        told = answer.json()
        assert (told["outcome"], told["fault"], told["code"]) == ("played", "room-id-wrong", 40102)
        assert told["until"] == "2027-01-15T08:00:20.000Z"
        assert told["said"] == room.stage.told
        simulator = room.stage.simulator
        assert (await ask_init(simulator, simulator.tokens["host"])).json()["code"] == 40102
        assert (await room.http.post(room.url, content="healthy")).json()["fault"] == "healthy"
        assert (await ask_init(simulator, simulator.tokens["host"])).status_code == 200


async def test_the_state_has_peers_and_what_is_to_come() -> None:
    async with controlled() as room:
        room.stage.enter("Ann")
        await room.http.post(room.url, content="40102 peer Ann for 5s")
        await room.http.post(room.url, content="40108 after 5s for 2s")
        state = (await room.http.post(room.url, content="40001 after join+1s")).json()
        (ann,) = state["peers"]
        assert (ann["id"], ann["name"], ann["role"], ann["fault"]) == ("id-of-Ann", "Ann", "host", "room-id-wrong")
        assert ann["until"] == "2027-01-15T08:00:05.000Z"
        assert [(named["peer"], named["fault"]) for named in state["named"]] == [("Ann", "room-id-wrong")]
        first, second = state["coming"]
        assert (first["fault"], first["at"], first["after_join_s"], first["for_s"], first["peer"]) == (
            "role-wrong",
            "2027-01-15T08:00:05.000Z",
            None,
            2.0,
            None,
        )
        assert (second["at"], second["after_join_s"]) == (None, 1.0)


async def test_the_key_works_in_the_path_and_in_a_header() -> None:
    async with controlled() as room:
        bearer = {"Authorization": f"Bearer {room.key}"}
        assert (await room.http.get(room.bare, headers=bearer)).status_code == 200
        assert (await room.http.post(room.bare, headers=bearer, content="40102")).status_code == 200


@pytest.mark.parametrize("key", ["", "x", "KEY~", "KEY/", "%00", "é", "../control/KEY"])
async def test_a_wrong_key_is_refused_and_nothing_is_told(key: str) -> None:
    async with controlled() as room:
        wrong = f"{room.bare}/{key.replace('KEY', room.key[:-1])}"
        for answer in (
            await room.http.get(wrong),
            await room.http.post(wrong, content="40102"),
            await room.http.get(room.bare),
            await room.http.get(room.bare, headers={"Authorization": f"Bearer x{key.replace('é', 'e')}"}),
            await room.http.get(wrong.replace("/control", ""), headers={"Authorization": f"Bearer {room.key}"}),
        ):
            assert answer.status_code == 403
            assert "fault" not in answer.text
            assert room.key not in answer.text
        assert room.stage.told == []


async def test_a_test_page_of_any_origin_may_call_it() -> None:
    async with controlled() as room:
        asked = {
            "Origin": "http://localhost:3000",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type",
        }
        answer = await room.http.options(room.url, headers=asked)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "POST" in answer.headers["access-control-allow-methods"]
        assert "authorization" in answer.headers["access-control-allow-headers"]
        assert answer.headers["access-control-allow-private-network"] == "true"
        assert (await room.http.get(room.url)).headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"no-such-fault", 400, "there is no fault"),
        (b"{", 400, "neither JSON nor a line"),
        (b"\xff\xfe\x00", 400, "neither JSON nor a line"),
        (b'{"fault": {"a": 1}}', 400, "is no text"),
        (b"[" * 4000, 400, "neither JSON nor a line"),
        (b'{"fault": "40102", "for": "forever"}', 400, "is no duration"),
        (b"ws-refused", 409, "needs a restart"),
        (b"x" * 5000, 413, "4096 bytes"),
    ],
)
async def test_a_body_that_cannot_be_is_refused_in_words(body: bytes, status: int, told: str) -> None:
    async with controlled() as room:
        answer = await room.http.post(room.url, content=body)
        assert answer.status_code == status
        assert told in answer.text
        assert (room.stage.plays(), room.stage.told) == ("healthy", [])


async def test_a_body_that_is_too_large_or_without_a_length_ends_the_connection() -> None:
    async with controlled() as room:
        address = urlsplit(room.url)
        for head, status in (
            (f"POST {address.path} HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"400"),
            (f"POST {address.path} HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
            (f"POST {address.path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n40102\r\n0\r\n\r\n", b"411"),
            ("\x16\x03\x01 TLS", b"400"),
        ):
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(head.encode("latin-1"))
            heard = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            assert heard.split(b" ")[1] == status
        assert room.stage.told == []


async def test_other_methods_are_refused_and_a_connection_can_be_used_again() -> None:
    async with controlled() as room:
        assert (await room.http.put(room.url, content="40102")).status_code == 405
        assert (await room.http.request("HEAD", room.url)).content == b""
        assert (await room.http.get(room.url, headers={"Connection": "close"})).status_code == 200
        assert room.stage.told == []


async def test_questions_and_quit_work_too() -> None:
    async with controlled() as room:
        told: Mapping[str, object] = (await room.http.post(room.url, content="help")).json()
        assert told["outcome"] == "told"
        assert "healthy" in json.dumps(told["said"])
        assert not room.ended.is_set()
        assert (await room.http.post(room.url, content="quit")).json()["outcome"] == "ends"
        assert room.ended.is_set()


async def test_it_is_on_loopback_its_key_is_fresh_and_nothing_is_left() -> None:
    with nothing_left():
        keys = set[str]()
        for _ in range(2):
            async with controlled() as room:
                assert urlsplit(room.url).hostname == "127.0.0.1"
                assert len(room.key) >= 32
                keys.add(room.key)
                await room.http.post(room.url, content="40102 after 5m for 1h")
        assert len(keys) == 2
