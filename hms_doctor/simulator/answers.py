"""What init can answer, and how an answer is laid on the wire."""

from collections.abc import Callable
from typing import TypeAlias

from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass


def unchanged(value: JsonObject) -> JsonObject:
    """Leave JSON as it is."""
    return value


@dataclass(frozen=True, kw_only=True)
class Framing:
    """How an HTTP answer is laid on the wire; none of it may matter to a client."""

    chunked: bool = False
    gzipped: bool = False
    dripping: bool = False  # one byte a write
    header_case: str = "title"  # or "lower", "upper"
    keep_alive: bool = True
    extra_headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Check the token as the service does; then refuse it, or give the configuration after ``reshape``."""

    reshape: Callable[[JsonObject], JsonObject] = unchanged


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Say this and nothing else. ``everywhere``: to every method and path, as something between us and init would."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    everywhere: bool = False


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Read the request and never answer."""


@dataclass(frozen=True, kw_only=True)
class Reset:
    """Read the request, then reset the connection."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Promise the healthy answer, send this many bytes of its body and close."""

    after: int = 0


@dataclass(frozen=True, kw_only=True)
class Flood:
    """Send a body of this many bytes, or (0) one that never ends."""

    size: int = 0


@dataclass(frozen=True, kw_only=True)
class Redirects:
    """Redirect to the same host this many times before answering."""

    count: int = 1000


InitAnswer: TypeAlias = Judge | Answer | Silence | Reset | Cut | Flood | Redirects

JUDGING = Judge()
PLAIN = Framing()
