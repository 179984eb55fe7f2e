"""Does the network want a sign-in first? Asked where the endpoint could not be reached, or is not itself."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Final, TypeAlias
from urllib.parse import urljoin, urlsplit

from hms_doctor.model.causes import local as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.failure import Failure, Operation
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Passed
from hms_doctor.model.init.answer import NotInit
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.own_host import is_of_100ms
from hms_doctor.model.network.server import EndpointUrl
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import ProxyUse
from hms_doctor.wire.connection.dial import DialFailed, Target, dial
from hms_doctor.wire.connection.proxy import is_loopback
from hms_doctor.wire.http.exchange import Request, exchange
from hms_doctor.wire.http.reach import NotReached, Reached

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SIGN_IN: Final = 511  # RFC 6585, 6
_OK: Final = 200
_PORTS: Final = {"http": 80, "https": 443}
_PORTAL_WORDS: Final = ("login", "log in", "sign in", "sign-in", "signin", "wi-fi", "wifi", "hotspot", "captive",
    "portal", "accept", "terms", "password", "voucher", "<form", 'http-equiv="refresh"')  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class NotAsked:
    """There is no need to ask."""

    why: str


@dataclass(frozen=True, kw_only=True)
class NotAskable:
    """The question has no way to anybody."""

    why: str


@dataclass(frozen=True, kw_only=True)
class NoAnswer:
    """Plain HTTP brought nothing."""

    url: str
    failure: Failure


@dataclass(frozen=True, kw_only=True)
class Page:
    """Plain HTTP was answered. ``known``: the asked server is known to have no such page."""

    url: str
    status: int
    location: str
    html: bool
    opening: str
    known: bool


Observation: TypeAlias = NotAsked | NotAskable | NoAnswer | Page


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Observation]:
    """Ask in the clear what nobody but a portal answers with a page; past any proxy, where portals stand."""
    endpoint = facts[EndpointUrl]
    if Reached in facts and NotInit not in facts:
        yield NotAsked(why="the endpoint was reached")
        return
    if is_loopback(endpoint.host) and not ctx.settings.portal_url:
        yield NotAsked(why="the endpoint is this machine itself")
        return
    if _is_nameless(facts) and not ctx.settings.portal_url:
        yield NotAskable(why=f"the name {endpoint.host} cannot be looked up")
        return
    url = ctx.settings.portal_url or f"http://{_authority(endpoint.host)}/"
    parts = urlsplit(url)
    target = Target(host=parts.hostname or endpoint.host, port=parts.port or 80, protocol="http")
    # Past any proxy: a portal stands before this network's edge, a company's proxy behind it.
    dialled = await dial(replace(ctx, vantage=replace(ctx.vantage, proxy=ProxyUse.DIRECT)), target)
    if isinstance(dialled, DialFailed):
        yield NoAnswer(url=url, failure=dialled.failure)
        return
    async with dialled.stream:
        answer = await exchange(ctx, dialled.stream, Request(url=url, headers={"Accept": "text/html"}))
    if isinstance(answer, Failure):
        yield NoAnswer(url=url, failure=answer)
        return
    yield Page(
        url=url,
        status=answer.status,
        location=answer.headers.get("location", ""),
        html="html" in answer.headers.get("content-type", "").lower() or answer.body.lstrip()[:1] == b"<",
        opening=answer.body[:4000].decode("utf-8", "replace"),
        known=bool(ctx.settings.portal_url) or is_of_100ms(target.host),
    )


def _authority(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_nameless(facts: Facts) -> bool:
    """Whether the endpoint's name itself could not be looked up (a proxy looks names up elsewhere)."""
    return NotReached in facts and facts[NotReached].failed.failure.operation is Operation.RESOLVE


def diagnose(observation: Observation) -> Iterable[Finding]:
    """Judge whether a portal answered."""
    match observation:
        case NotAskable(why=why):
            yield NothingToCheck(summary=f"cannot be asked: {why}")
        case NotAsked(why=why):
            yield Passed(summary=f"none: {why}")
        case NoAnswer(url=url, failure=failure):
            # A portal that answers plain HTTP would have; one that drops it cannot be told from a dead network.
            yield NothingToCheck(summary=f"not told: plain HTTP brings nothing either ({url}: {failure})")
        case Page():
            yield _judge(observation)


def _judge(page: Page) -> Finding:
    evidence: JsonObject = {"asked": page.url, "status": page.status, "location": page.location[:200]}
    elsewhere = _elsewhere(page)
    if page.status in _REDIRECTS and elsewhere:
        summary = f"this network sends plain HTTP to {elsewhere} in place of an answer: it wants a sign-in"
        return Failed(cause=causes.CAPTIVE_PORTAL, summary=summary, evidence=evidence)
    if page.status == _SIGN_IN or (page.status == _OK and page.html and (page.known or _asks_to_sign_in(page))):
        summary = f"this network answers {page.url} with a page of its own: it wants a sign-in"
        return Failed(cause=causes.CAPTIVE_PORTAL, summary=summary, evidence=evidence)
    return Passed(summary=f"no portal seen: {page.url} answers {page.status}", evidence=evidence)


def _elsewhere(page: Page) -> str:
    """Give the host of a redirect that leads away; one to https on the same host is a server's usual habit."""
    try:
        target = urlsplit(urljoin(page.url, page.location))
        host, asked = target.hostname or "", urlsplit(page.url)
        same = host.removeprefix("www.") == (asked.hostname or "").removeprefix("www.")
        upgraded = target.scheme == "https" or _port(target.port, target.scheme) == _port(asked.port, asked.scheme)
    except ValueError:
        return page.location[:100]
    return "" if same and upgraded else f"{host}:{target.port}" if target.port else host


def _port(port: int | None, scheme: str) -> int:
    return port or _PORTS.get(scheme, 0)


def _asks_to_sign_in(page: Page) -> bool:
    text = page.opening.lower()
    return any(word in text for word in _PORTAL_WORDS)


CHECK = Check(
    id="local.portal",
    title="a sign-in page of the network",
    asks="Does this network want a sign-in before it lets anything through?",
    codes=frozenset({2003}),
    needs=(EndpointUrl,),
    wants=(Reached, NotReached, NotInit),
    observe=observe,
    diagnose=diagnose,
    timeout=30.0,
)
