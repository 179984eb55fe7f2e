import json
from dataclasses import replace
from pathlib import Path

import pytest
from net_lab import Authority, answer, closed_port, closing, mute, resetting, saying, trusting
from ws_servers import BRIEF, HURRIED, PATIENT, Handler, Reader, Writer, a_context, read_head, serving

from hms_doctor.checks.init import CHECK
from hms_doctor.model.causes import server
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.check import Context, Facts, Snapshot
from hms_doctor.model.finding import Failed, Passed, Undecided, code_of
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.init.answer import InitConfig, NotInit
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.server import EndpointUrl, ServerTime, SignallingUrl, TokenAccepted
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import FixedProxy
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.model.vantage import AS_AN_APP, ProxyUse, Vantage
from hms_doctor.wire.connection.dial import Dialled, dial
from hms_doctor.wire.http.reach import Reached, target_of

TOKEN = WellFormedToken(text=Secret("head.payload.signature"), header={}, claims={})
CONFIG: JsonObject = {
    "endpoint": "wss://ws.test/v2/ws",
    "rtcConfiguration": {"ice_servers": [{"urls": ["turn:t.test"], "username": "9999999999:", "credential": "s3cret"}]},
    "config": {},
}
GOOD = saying(answer("200 OK", json.dumps(CONFIG).encode(), "Date: Sat, 21 Nov 2026 18:22:10 GMT"))


def refusing(status: str, body: bytes) -> Handler:
    return saying(answer(status, body, "Content-Type: application/json"))


async def reached(ctx: Context, port: int, *, keep: bool = True) -> Reached:
    endpoint = EndpointUrl(url=f"https://127.0.0.1:{port}", host="127.0.0.1", port=port)
    kept = Reached(endpoint=endpoint, vantage=AS_AN_APP, address="127.0.0.1", via="")
    if keep:
        dialled = await dial(ctx, target_of(endpoint))
        assert isinstance(dialled, Dialled)
        await ctx.keep(dialled.stream)
        kept.spare.append(dialled)
    return kept


async def asked(
    folder: Path, handler: Handler, platform: Platform = Platform.ANY, seconds: float = PATIENT, *, keep: bool = True
) -> Snapshot:
    authority = Authority(folder)
    settings = replace(trusting(authority), platform=platform)
    async with serving(handler, authority.server()) as port, a_context(seconds, settings) as ctx:
        facts = Facts([TOKEN, await reached(ctx, port, keep=keep)])
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, facts)]
    assert "payload" not in str(snapshot.findings)
    return snapshot


def failed(snapshot: Snapshot) -> Failed:
    [finding] = snapshot.findings
    assert isinstance(finding, Failed), finding
    return finding


async def test_a_configuration_gives_what_a_call_needs(tmp_path: Path) -> None:
    snapshot = await asked(tmp_path, GOOD)
    [finding] = snapshot.findings
    assert isinstance(finding, Passed)
    assert list(snapshot.measurements) == ["http_ms"]
    facts = Facts(snapshot.facts)
    assert facts[SignallingUrl].url == "wss://ws.test/v2/ws"
    assert facts[SignallingUrl].token.reveal() == "head.payload.signature"
    assert facts[SignallingUrl].peer_id
    assert facts[IceServers].origin == "init"
    assert facts[IceServers].servers[0].credential.reveal() == "s3cret"
    assert facts[TokenAccepted].by == "127.0.0.1"
    assert facts[ServerTime].server == 1795285330.5
    assert facts[InitConfig].signalling == "wss://ws.test/v2/ws"
    assert "s3cret" not in str(snapshot)


async def test_a_fresh_connection_tells_its_steps(tmp_path: Path) -> None:
    snapshot = await asked(tmp_path, GOOD, keep=False)
    assert list(snapshot.measurements) == ["resolve_ms", "connect_ms", "tls_ms", "http_ms"]


async def test_the_peer_id_of_the_request_is_signallings(tmp_path: Path) -> None:
    heads: list[str] = []

    async def init(reader: Reader, writer: Writer) -> None:
        heads.append(await read_head(reader))
        writer.write(answer("200 OK", json.dumps(CONFIG).encode()))
        await reader.read()

    snapshot = await asked(tmp_path, init)
    assert f"peer_id={Facts(snapshot.facts)[SignallingUrl].peer_id}&" in heads[0]


@pytest.mark.parametrize(
    ("status", "body", "cause", "code"),
    [
        ("401 Unauthorized", b'{"code": 40101, "message": "no"}', "server.access_key", 40101),
        ("401 Unauthorized", b'{"message": "signature is invalid"}', "server.bad_jwt", 40109),
        ("401 Unauthorized", b"{}", "server.refused", 40100),
        ("404 Not Found", b'{"message": "room not found"}', "server.invalid_room", 40001),
        ("404 Not Found", b'{"message": "nothing here"}', "init.not_found", 2003),
    ],
)
async def test_a_refusal_gives_no_facts_but_the_time(
    tmp_path: Path, status: str, body: bytes, cause: str, code: int
) -> None:
    snapshot = await asked(tmp_path, refusing(status, body))
    finding = failed(snapshot)
    assert (finding.cause.id, code_of(finding, Platform.ANY)) == (cause, code)
    assert not [fact for fact in snapshot.facts if not isinstance(fact, ServerTime)]
    assert not snapshot.worth_repeating


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests"])
async def test_what_the_sdk_asks_again_is_worth_a_second_look(tmp_path: Path, status: str) -> None:
    snapshot = await asked(tmp_path, refusing(status, b"{}"))
    assert failed(snapshot).evidence["status"] == int(status[:3])
    assert snapshot.worth_repeating


async def test_a_code_is_told_for_the_platform(tmp_path: Path) -> None:
    on_web = failed(await asked(tmp_path, saying(answer("200 OK", b"<html>", "Content-Type: text/html")), Platform.WEB))
    assert code_of(on_web, Platform.WEB) == 200
    refused = failed(await asked(tmp_path, refusing("401 No", b'{"message": "signature is invalid"}'), Platform.WEB))
    assert code_of(refused, Platform.WEB) == 401


@pytest.mark.parametrize(
    "handler",
    [
        saying(answer("200 OK", b"<html>login", "Content-Type: text/html")),
        saying(answer("302 Found", b"", "Location: /")),
    ],
)
async def test_something_else_in_inits_place_is_a_fact(tmp_path: Path, handler: Handler) -> None:
    snapshot = await asked(tmp_path, handler)
    assert NotInit in Facts(snapshot.facts)
    assert TokenAccepted not in Facts(snapshot.facts)


@pytest.mark.parametrize(
    ("handler", "seconds", "cause"),
    [
        (mute, BRIEF, "init.silent"),
        (resetting, PATIENT, "init.cut"),
        (closing, PATIENT, "init.cut"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), PATIENT, "init.cut"),
        (saying(b"\x00\x01\x02\r\n\r\n"), PATIENT, "init.garbage"),
    ],
)
async def test_a_connection_without_an_answer(tmp_path: Path, handler: Handler, seconds: float, cause: str) -> None:
    snapshot = await asked(tmp_path, handler, seconds=seconds)
    finding = failed(snapshot)
    assert (finding.cause.id, code_of(finding, Platform.ANY)) == (cause, 2003)
    assert snapshot.worth_repeating
    assert snapshot.facts == ()


async def test_our_own_deadline_decides_nothing(tmp_path: Path) -> None:
    [finding] = (await asked(tmp_path, mute, seconds=HURRIED)).findings
    assert isinstance(finding, Undecided)


async def test_an_endpoint_that_vanishes_after_it_was_reached(tmp_path: Path) -> None:
    with closed_port() as port:
        async with a_context(PATIENT, trusting(Authority(tmp_path))) as ctx:
            facts = Facts([TOKEN, await reached(ctx, port, keep=False)])
            [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, facts)]
    assert failed(snapshot).cause.id == "tcp.refused"
    assert snapshot.worth_repeating
    assert list(snapshot.measurements) == ["resolve_ms"]


async def test_a_way_by_a_proxy_is_tried_without_it(tmp_path: Path) -> None:
    async with serving(saying(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")) as port:
        fixed = FixedProxy(url=Secret(f"http://127.0.0.1:{port}"))
        async with a_context(PATIENT, trusting(Authority(tmp_path), proxy=fixed)) as ctx:
            endpoint = EndpointUrl(url="https://init.test", host="init.test", port=443)
            way = Reached(endpoint=endpoint, vantage=AS_AN_APP, address="", via=f"127.0.0.1:{port}")
            [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, Facts([TOKEN, way]))]
    assert failed(snapshot).cause.id == "proxy.upstream"
    assert snapshot.experiments == (Vantage(proxy=ProxyUse.DIRECT),)


def test_every_code_that_it_can_give_is_declared() -> None:
    assert {1003, 2003, *server.BY_CODE} == CHECK.codes
