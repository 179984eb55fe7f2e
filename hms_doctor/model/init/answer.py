"""What init can answer, and reading it: pure, tolerant of what may be absent, exact about what the SDK needs."""

from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar, Final, TypeAlias
from urllib.parse import urlsplit

from hms_doctor.model.careful_json import BrokenJson, NotUtf8, ObjectRead, OtherJson, kind_of, read_object
from hms_doctor.model.ice.servers import IceServer
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret

SHOWN: Final = 200
"""Characters of a server's text that are quoted."""
_MOST_SERVERS: Final = 64
_OK: Final = 200
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, kw_only=True)
class InitConfig:
    """The configuration that lets a call begin (hms-video-store: signal/init/models)."""

    absent: ClassVar[str] = "init gave no configuration"
    signalling: str  # the websocket's URL
    ice_servers: tuple[IceServer, ...]
    flags: tuple[str, ...] = ()
    config: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class InitRefused:
    """A status other than 200 with a JSON body; ``code`` is 0 where the body has none."""

    status: int
    reason: str
    code: int
    message: str


@dataclass(frozen=True, kw_only=True)
class InitRedirect:
    """A redirect, which was not followed."""

    status: int
    location: str


@dataclass(frozen=True, kw_only=True)
class InitNotJson:
    """A body that is no JSON: ``looks`` says what it is instead, ``opening`` is how it begins."""

    status: int
    reason: str
    looks: str
    opening: str


@dataclass(frozen=True, kw_only=True)
class InitMalformed:
    """Status 200 and JSON, but not of the form that the SDK reads."""

    why: str


@dataclass(frozen=True, kw_only=True)
class NotInit:
    """Something that is not init answered in its place: a page, a redirect."""

    status: int


InitAnswer: TypeAlias = InitConfig | InitRefused | InitRedirect | InitNotJson | InitMalformed

HTML: Final = "an HTML page"
NOTHING: Final = "nothing"
TEXT: Final = "text"
BYTES: Final = "bytes"


def read_answer(status: int, reason: str, headers: Mapping[str, str], body: bytes) -> InitAnswer:
    """Read an answer of init, its header names in lower case."""
    if status in _REDIRECTS:
        return InitRedirect(status=status, location=headers.get("location", "")[:SHOWN])
    read = read_object(body.removeprefix(b"\xef\xbb\xbf"))
    match read:
        case ObjectRead(value=value):
            return _of_object(status, reason, value)
        case OtherJson(kind=kind) if status == _OK:
            return InitMalformed(why=f"the answer is {kind}, not an object")
        case OtherJson():
            return InitRefused(status=status, reason=reason[:SHOWN], code=0, message="")
        case BrokenJson(why=why) if why.startswith("nested"):
            return InitMalformed(why=f"the answer is {why}")
        case BrokenJson() | NotUtf8():
            return _not_json(status, reason, headers, body)


def _not_json(status: int, reason: str, headers: Mapping[str, str], body: bytes) -> InitNotJson:
    text = body[: 4 * SHOWN].decode("utf-8", "replace").strip()
    lowered = text.lower()
    if not text:
        looks = NOTHING
    elif lowered.startswith(("<!doctype html", "<html")) or "html" in headers.get("content-type", "").lower():
        looks = HTML
    else:
        looks = TEXT if text.isprintable() or "�" not in text else BYTES
    return InitNotJson(status=status, reason=reason[:SHOWN], looks=looks, opening=text[:SHOWN])


def _of_object(status: int, reason: str, value: JsonObject) -> InitAnswer:
    if status == _OK:
        return _config(value)
    code, message = value.get("code"), value.get("message")
    return InitRefused(
        status=status,
        reason=reason[:SHOWN],
        code=code if isinstance(code, int) and not isinstance(code, bool) else 0,
        message=message[:SHOWN] if isinstance(message, str) else "",
    )


class _ShapeError(ValueError):
    """The answer is not of the form that the SDK reads; the message says where."""


def _config(value: JsonObject) -> InitConfig | InitMalformed:
    config = value.get("config")
    if not isinstance(config, Mapping):
        return InitMalformed(why=f"`config` is {_kind(config)}, where the SDK needs an object")
    try:
        return InitConfig(
            signalling=_signalling(value.get("endpoint")),
            ice_servers=_ice_servers(value.get("rtcConfiguration")),
            flags=_texts(config.get("enabledFlags")),
            config=config,
        )
    except _ShapeError as error:
        return InitMalformed(why=str(error))


def _kind(value: JsonValue) -> str:
    return "missing" if value is None else kind_of(value)


def _signalling(endpoint: JsonValue) -> str:
    if not isinstance(endpoint, str):
        raise _ShapeError(f"`endpoint` is {_kind(endpoint)}, where the SDK needs the websocket's URL")
    try:
        parts = urlsplit(endpoint.strip())
        host = parts.hostname
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in {"ws", "wss"} or not host:
        raise _ShapeError(f"`endpoint` is no websocket URL: {endpoint[:100]!r}")
    return endpoint.strip()


def _ice_servers(rtc: JsonValue) -> tuple[IceServer, ...]:
    # An app may bring its own list, so none at all breaks nothing yet (ice-server-config.ts).
    if rtc is None:
        return ()
    if not isinstance(rtc, Mapping):
        raise _ShapeError(f"`rtcConfiguration` is {kind_of(rtc)}")
    servers = rtc.get("ice_servers")
    if servers is None:
        return ()
    if not isinstance(servers, list):
        raise _ShapeError(f"`rtcConfiguration.ice_servers` is {kind_of(servers)}, where the SDK needs a list")
    return tuple(_ice_server(entry) for entry in servers[:_MOST_SERVERS])


def _ice_server(entry: JsonValue) -> IceServer:
    if not isinstance(entry, Mapping):
        raise _ShapeError(f"`rtcConfiguration.ice_servers` holds {kind_of(entry)}, where it needs objects")
    urls = entry.get("urls")
    listed = (urls,) if isinstance(urls, str) else _texts(urls)
    if not listed:
        raise _ShapeError(f"an entry of `rtcConfiguration.ice_servers` has `urls` that is {_kind(urls)}")
    username, credential = entry.get("username"), entry.get("credential")
    return IceServer(
        urls=listed,
        username=username if isinstance(username, str) else "",
        credential=Secret(credential if isinstance(credential, str) else ""),
    )


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str))[:_MOST_SERVERS] if isinstance(value, list) else ()
