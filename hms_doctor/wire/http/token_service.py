"""Services that hand out tokens over HTTP with JSON: the room-code service, and 100ms's public diagnostics token."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from hms_doctor.model.careful_json import ObjectRead, read_object
from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.not_reached import Attempt
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.wire.connection.dial import DialFailed, Dialled, Target, dial
from hms_doctor.wire.http.exchange import Request, Response, exchange

TRIES: Final = 4
"""How often the web SDK asks in all, without a pause (hms-video-store: utils/fetch)."""
_BUSY: Final = frozenset({429, *range(500, 512)})
_OK: Final = range(200, 300)
_ENOUGH: Final = 0.5
"""Seconds that must be left before the run's deadline for another try."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """Who was asked."""

    host: str
    port: int


@dataclass(frozen=True, kw_only=True)
class TokenGiven:
    """The service gave a token."""

    token: Secret
    service: Service
    steps: Mapping[str, float]
    tries: int = 1


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The service answered in JSON that it will not; ``code`` and ``message`` stand in the body, 0 and "" where not."""

    status: int
    code: int
    message: str
    service: Service
    steps: Mapping[str, float]
    tries: int = 1


@dataclass(frozen=True, kw_only=True)
class OddAnswer:
    """An answer that such a service does not give: no JSON object, or no token in it."""

    status: int
    what: str  # completes "it answers …"
    service: Service
    steps: Mapping[str, float]
    tries: int = 1


@dataclass(frozen=True, kw_only=True)
class BrokenOff:
    """The connection was there, the answer was not."""

    failure: Failure
    service: Service
    steps: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class NotConnected:
    """No connection."""

    service: Service
    failed: DialFailed

    @property
    def attempt(self) -> Attempt:
        """What was tried, for the table that all connections are judged by."""
        return Attempt(
            host=self.service.host,
            port=self.service.port,
            failure=self.failed.failure,
            address=self.failed.address,
            via=self.failed.via,
            certificate=self.failed.certificate,
            each=self.failed.each,
        )


@dataclass(frozen=True, kw_only=True)
class BadUrl:
    """The service's address is none."""

    why: str


Answer: TypeAlias = TokenGiven | Refused | OddAnswer
Asked: TypeAlias = Answer | BrokenOff | NotConnected | BadUrl


def steps_of(asked: Asked) -> Mapping[str, float]:
    """Give the timed steps in milliseconds."""
    match asked:
        case TokenGiven(steps=steps) | Refused(steps=steps) | OddAnswer(steps=steps) | BrokenOff(steps=steps):
            return steps
        case NotConnected(failed=failed):
            return failed.steps
        case BadUrl():
            return {}


async def ask(ctx: Context, request: Request) -> Asked:
    """Ask as the web SDK does: again at once, up to four times, while the service is busy or answers no JSON."""
    target = _target(request.url)
    if isinstance(target, BadUrl):
        return target
    asked = await _ask_once(ctx, target, request)
    tries = 1
    while tries < TRIES and _worth_another_try(asked) and ctx.remaining() > _ENOUGH:
        asked = await _ask_once(ctx, target, request)
        tries += 1
    return replace(asked, tries=tries) if isinstance(asked, TokenGiven | Refused | OddAnswer) else asked


def _worth_another_try(asked: Asked) -> bool:
    match asked:
        case Refused(status=status, code=code):
            return status in _BUSY or code in _BUSY
        case OddAnswer():
            return True
        case _:
            return False


def _target(url: str) -> Target | BadUrl:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        return BadUrl(why=str(error)[:100])
    if parts.scheme not in {"http", "https"}:
        return BadUrl(why="it does not begin with https://")
    if not host or any(character.isspace() for character in url):
        return BadUrl(why="it names no host" if not host else "it has blanks in it")
    if parts.scheme == "http":
        return Target(host=host, port=port or 80, protocol="http")
    return Target(host=host, port=port or 443, protocol="https")


async def _ask_once(ctx: Context, target: Target, request: Request) -> Asked:
    service = Service(host=target.host, port=target.port)
    dialled = await dial(ctx, target)
    if isinstance(dialled, DialFailed):
        return NotConnected(service=service, failed=dialled)
    return await _over(ctx, dialled, request, service)


async def _over(ctx: Context, dialled: Dialled, request: Request, service: Service) -> Answer | BrokenOff:
    async with dialled.stream as stream:
        response = await exchange(ctx, stream, request)
    if isinstance(response, Failure):
        return BrokenOff(failure=response, service=service, steps=dialled.steps)
    return _read(response, service, {**dialled.steps, "http_ms": response.ms})


def _read(response: Response, service: Service, steps: Mapping[str, float]) -> Answer:
    read = read_object(response.body)
    if not isinstance(read, ObjectRead):
        kind = "a web page" if b"<html" in response.body[:2000].lower() else "no JSON object"
        return OddAnswer(status=response.status, what=kind, service=service, steps=steps)
    if response.status not in _OK:
        return _refused(response.status, read.value, service, steps)
    token = read.value.get("token")
    if not isinstance(token, str) or not token:
        return OddAnswer(status=response.status, what="JSON without a token", service=service, steps=steps)
    return TokenGiven(token=Secret(token), service=service, steps=steps)


def _refused(status: int, body: JsonObject, service: Service, steps: Mapping[str, float]) -> Refused:
    code, message = body.get("code"), body.get("message")
    return Refused(
        status=status,
        code=code if isinstance(code, int) else 0,
        message=message[:200] if isinstance(message, str) else "",
        service=service,
        steps=steps,
    )
