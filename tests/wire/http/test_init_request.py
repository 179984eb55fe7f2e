import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from net_lab import Authority, answer, trusting
from ws_servers import PATIENT, TOKEN, Reader, Writer, a_context, read_head, serving

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.network.server import EndpointUrl
from hms_doctor.model.vantage import AS_AN_APP, Family, Vantage
from hms_doctor.wire.connection.dial import DialFailed, Dialled, dial
from hms_doctor.wire.http.exchange import Response
from hms_doctor.wire.http.init import ask_init, init_request, new_peer_id
from hms_doctor.wire.http.reach import Reached, attempt_of, connection, target_of
from hms_doctor.wire.http.user_agent import user_agent_v2


def at(host: str, port: int = 443, path: str = "") -> EndpointUrl:
    return EndpointUrl(url=f"https://{host}:{port}{path}", host=host, port=port)


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        (at("init.test"), "https://init.test/init?"),
        (at("init.test", 8443, "/v2/other?x=1"), "https://init.test:8443/init?"),
        (at("::1", 8443), "https://[::1]:8443/init?"),
        (at("2001:db8::1"), "https://[2001:db8::1]/init?"),
    ],
)
def test_the_path_is_always_init(endpoint: EndpointUrl, origin: str) -> None:
    assert init_request(endpoint, TOKEN, "p").url.startswith(origin)


def test_the_query_is_the_sdks() -> None:
    request = init_request(at("init.test"), TOKEN, "0f9c")
    query = urlsplit(request.url).query
    assert query.startswith("peer_id=0f9c&user_agent_v2=os%3Aweb_nodejs%2C")
    assert parse_qs(query) == {"peer_id": ["0f9c"], "user_agent_v2": [user_agent_v2()]}
    assert request.method == "GET"
    assert request.body == b""
    assert TOKEN.reveal() not in repr(request)


def test_every_peer_has_its_own_id() -> None:
    first, second = new_peer_id(), new_peer_id()
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first)


async def test_the_token_travels_in_the_header_alone(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    heads: list[str] = []

    async def init(reader: Reader, writer: Writer) -> None:
        heads.append(await read_head(reader))
        writer.write(answer("200 OK", b"{}"))
        await reader.read()

    async with serving(init, authority.server()) as port, a_context(PATIENT, trusting(authority)) as ctx:
        endpoint = at("127.0.0.1", port)
        dialled = await dial(ctx, target_of(endpoint))
        assert isinstance(dialled, Dialled)
        async with dialled.stream:
            response = await ask_init(ctx, dialled.stream, endpoint, TOKEN, "p1")
    assert isinstance(response, Response)
    [head] = heads
    lines = head.split("\r\n")
    assert lines[0].startswith("GET /init?peer_id=p1&user_agent_v2=")
    assert lines[0].endswith(" HTTP/1.1")
    assert f"Host: 127.0.0.1:{port}" in lines
    assert f"Authorization: Bearer {TOKEN.reveal()}" in lines
    assert head.count(TOKEN.reveal()) == 1


class Counter:
    """Counts the connections that it takes, and says nothing."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self, reader: Reader, _writer: Writer) -> None:
        self.count += 1
        await reader.read()


async def reached(ctx: Context, port: int) -> Reached:
    endpoint = at("127.0.0.1", port)
    dialled = await dial(ctx, target_of(endpoint))
    assert isinstance(dialled, Dialled)
    await ctx.keep(dialled.stream)
    return Reached(endpoint=endpoint, vantage=ctx.vantage, address=dialled.address, via=dialled.via, spare=[dialled])


async def taken(ctx: Context, kept: Reached) -> Dialled:
    dialled = await connection(ctx, kept)
    assert isinstance(dialled, Dialled)
    await ctx.keep(dialled.stream)
    return dialled


async def test_the_kept_connection_is_used_once_and_then_another(tmp_path: Path) -> None:
    authority, server = Authority(tmp_path), Counter()
    async with serving(server, authority.server()) as port, a_context(PATIENT, trusting(authority)) as ctx:
        kept = await reached(ctx, port)
        spare = kept.spare[0]
        assert await taken(ctx, kept) is spare
        assert kept.spare == []
        assert await taken(ctx, kept) is not spare
    assert server.count == 2


async def test_a_look_that_varies_the_path_dials_its_own(tmp_path: Path) -> None:
    authority, server = Authority(tmp_path), Counter()
    async with serving(server, authority.server()) as port, a_context(PATIENT, trusting(authority)) as ctx:
        kept = await reached(ctx, port)
        assert kept.vantage == AS_AN_APP
        varied = Context(
            settings=ctx.settings, deadline=ctx.deadline, stack=ctx.stack, vantage=Vantage(family=Family.IPV4)
        )
        assert await taken(varied, kept) is not kept.spare[0]
        assert len(kept.spare) == 1


async def test_a_connection_that_the_server_has_closed_is_not_used(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    async def farewell(_reader: Reader, writer: Writer) -> None:
        writer.close()

    async with serving(farewell, authority.server()) as port, a_context(PATIENT, trusting(authority)) as ctx:
        kept = await reached(ctx, port)
        spare = kept.spare[0]
        await spare.stream.reader.read()
        assert await taken(ctx, kept) is not spare


def test_a_failed_dial_is_told_whole() -> None:
    failure = Failure(operation=Operation.CONNECT, kind=Kind.REFUSED)
    failed = DialFailed(failure=failure, address="192.0.2.1", via="p:1", each={"192.0.2.1": failure})
    attempt = attempt_of(at("init.test", 8443), failed)
    assert (attempt.host, attempt.port, attempt.failure) == ("init.test", 8443, failure)
    assert (attempt.address, attempt.via, attempt.each) == ("192.0.2.1", "p:1", {"192.0.2.1": failure})
