"""What init can be scripted to say, and how: httpx reads it, or says why it cannot."""

import asyncio
import json

import httpx
import pytest
from sim_clients import ask_init, bearer, client, knock

from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.answers import Answer, Cut, Flood, Framing, InitAnswer, Redirects, Reset, Silence
from hms_doctor.simulator.benign import BENIGN, Benign
from hms_doctor.simulator.change import configured, framed, having, init_says, inside, lacking, together
from hms_doctor.simulator.faults import every_fault

FAULTS = every_fault()


def saying(answer: InitAnswer) -> Simulator:
    return Simulator(init_says(answer)(Scenario()))


@pytest.mark.parametrize(
    "framing",
    [
        Framing(chunked=True),
        Framing(gzipped=True),
        Framing(gzipped=True, chunked=True),
        Framing(dripping=True),
        Framing(header_case="lower"),
        Framing(header_case="upper"),
        Framing(keep_alive=False),
        Framing(extra_headers=(("X-Empty", ""), ("Via", "1.1 a"))),
    ],
    ids=repr,
)
async def test_no_framing_changes_what_is_said(framing: Framing) -> None:
    async with Simulator(framed(framing)(Scenario())) as simulator:
        first = await ask_init(simulator, simulator.tokens["host"])
        assert first.json()["endpoint"] == simulator.signalling_url
        assert first.headers.get("content-encoding", "") == ("gzip" if framing.gzipped else "")
        assert ("transfer-encoding" in first.headers) is framing.chunked
        assert first.headers["connection"] == ("keep-alive" if framing.keep_alive else "close")


async def test_header_names_are_laid_as_asked() -> None:
    for case, wanted in (("lower", b"\r\ncontent-type: "), ("upper", b"\r\nCONTENT-TYPE: ")):
        async with Simulator(framed(Framing(header_case=case))(Scenario())) as simulator:
            assert wanted in await knock(simulator.init_endpoint, patience=0.3)


async def test_gzip_only_for_who_reads_it() -> None:
    async with Simulator(framed(Framing(gzipped=True))(Scenario())) as simulator, client(simulator) as http:
        asked = {**bearer(simulator.tokens["host"]), "Accept-Encoding": "identity"}
        answer = await http.get(f"{simulator.init_endpoint}/init", headers=asked)
    assert "content-encoding" not in answer.headers
    assert answer.json()["endpoint"] == simulator.signalling_url


async def test_silence_and_reset_and_a_cut_body() -> None:
    async with saying(Silence()) as simulator, client(simulator) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.get(f"{simulator.init_endpoint}/init", timeout=0.2)
        assert (await http.get(f"{simulator.init_endpoint}/")).status_code == 404
    async with saying(Reset()) as simulator:
        with pytest.raises(httpx.ReadError):
            await ask_init(simulator, simulator.tokens["host"])
    async with saying(Cut(after=100)) as simulator:
        with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
            await ask_init(simulator, simulator.tokens["host"])


async def test_a_hundred_redirects_end_in_the_answer() -> None:
    async with saying(Redirects(count=15)) as simulator, client(simulator) as http:
        headers = bearer(simulator.tokens["host"])
        answer = await http.get(f"{simulator.init_endpoint}/init", headers=headers, follow_redirects=True)
        assert len(answer.history) == 15
        assert answer.json()["endpoint"] == simulator.signalling_url
    async with saying(Redirects()) as simulator, client(simulator) as http:
        with pytest.raises(httpx.TooManyRedirects):
            await http.get(f"{simulator.init_endpoint}/init", follow_redirects=True)


async def test_a_flood_has_the_size_it_was_given() -> None:
    async with saying(Flood(size=1_000_000)) as simulator:
        assert len((await ask_init(simulator, simulator.tokens["host"])).content) == 1_000_000


async def test_an_endless_flood_flows_until_the_client_has_enough() -> None:
    async with saying(Flood()) as simulator, client(simulator) as http:
        got = 0
        async with http.stream("GET", f"{simulator.init_endpoint}/init") as answer:
            async for piece in answer.aiter_raw():
                got += len(piece)
                if got > 3_000_000:
                    break
        assert got > 3_000_000


async def test_an_answer_in_between_is_given_to_every_path_and_method() -> None:
    page = Answer(status=403, body=b"<html>", content_type="text/html", everywhere=True)
    async with saying(page) as simulator, client(simulator) as http:
        for method in ("GET", "OPTIONS", "POST"):
            for path in ("/init", "/", "/speed-test"):
                answer = await http.request(method, simulator.init_endpoint + path)
                assert (answer.status_code, answer.text) == (403, "<html>")


async def test_an_answer_of_init_is_given_to_init_alone() -> None:
    async with saying(Answer(status=503)) as simulator, client(simulator) as http:
        assert (await http.options(f"{simulator.init_endpoint}/init")).status_code == 204
        assert (await http.get(f"{simulator.init_endpoint}/init")).status_code == 503
        assert (await http.get(f"{simulator.init_endpoint}/")).status_code == 404


async def test_changes_of_the_configuration_compose() -> None:
    change = together(
        configured(having(added=1)),
        configured(lacking("policy")),
        configured(inside("config", having(more=[2]))),
        configured(inside("log_level", having(never=0))),
    )
    async with Simulator(change(Scenario())) as simulator:
        told = (await ask_init(simulator, simulator.tokens["host"])).json()
    assert told["added"] == 1
    assert "policy" not in told
    assert told["config"]["more"] == [2]
    assert told["log_level"] == "info"


def test_what_init_was_told_to_say_stands_before_changes_of_the_configuration() -> None:
    silent = init_says(Silence())(Scenario())
    assert configured(having(added=1))(silent) == silent


@pytest.mark.parametrize("name", ["init-nested", "init-empty", "init-not-json", "init-not-an-object", "init-binary"])
async def test_bodies_that_are_no_configuration(name: str) -> None:
    async with Simulator(FAULTS[name].apply(Scenario())) as simulator:
        answer = await ask_init(simulator, simulator.tokens["host"])
    assert answer.status_code == 200
    try:
        assert not isinstance(json.loads(answer.content), dict)
    except (ValueError, RecursionError):
        return


@pytest.mark.parametrize("name", [name for name in FAULTS if name.startswith("http-")])
async def test_statuses_are_those_of_their_names(name: str) -> None:
    async with Simulator(FAULTS[name].apply(Scenario())) as simulator:
        answer = await ask_init(simulator, simulator.tokens["host"])
    assert answer.status_code == int(name.split("-")[1])


@pytest.mark.parametrize("benign", [b for b in BENIGN if not b.name.startswith("turn-")], ids=lambda b: b.name)
async def test_under_every_benign_change_httpx_gets_its_configuration(benign: Benign) -> None:
    async with Simulator(benign.apply(Scenario())) as simulator:
        local = simulator.init_endpoint.replace("init.hms-doctor.test", "127.0.0.1")
        async with client(simulator) as http:
            answer = await http.get(f"{local}/init", headers=bearer(simulator.tokens["host"]))
        assert answer.status_code == 200
        assert answer.json()["endpoint"].startswith("wss://")


async def test_many_clients_at_once() -> None:
    async with Simulator() as simulator:
        answers = await asyncio.gather(*(ask_init(simulator, simulator.tokens["guest"]) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
