"""How tokens arrive from clipboards, mails and shells: wrapped, cut off, or as something else."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from hms_doctor.model.careful_json import ObjectRead, read_object
from hms_doctor.model.json import JsonObject
from hms_doctor.model.token.facts import LARGEST_TOKEN, WellFormedToken
from hms_doctor.model.token.shape import (
    PARTS,
    CutOff,
    Empty,
    Fault,
    ForeignCharacter,
    Mistaken,
    Part,
    Shape,
    Thing,
    TooLarge,
    Wrapped,
    WrongParts,
    read_parts,
)

_LAYERS: Final = 12
"""More wrappings than this around one token are nobody's mistake."""
_LONGEST_MISTAKE: Final = 2000
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_QUOTES = "\"'`\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"


def read_token(text: str) -> Shape:
    """Read what was given as a token; where it is none, say what it looks like."""
    if len(text) > LARGEST_TOKEN:
        return TooLarge()
    shape = read_parts(text)
    if isinstance(shape, WellFormedToken):
        return shape
    by, inner = unwrap(text)
    if not inner:
        return Empty()
    inside = read_parts(inner) if by else shape
    if isinstance(inside, WellFormedToken):
        return Wrapped(by=by, inside=inside)
    things = [*_things(text), *_things(inner)]
    if things:
        return Mistaken(thing=things[0])
    fault = _piece(inner, inside)
    return Wrapped(by=by, inside=fault) if by else fault


def unwrap(text: str) -> tuple[tuple[str, ...], str]:
    """Peel off what does not belong to a token: its names from the outside in, and what is left."""
    by: list[str] = []
    for _ in range(_LAYERS):
        name, inner = _peel(text)
        if inner == text:
            break
        by.append(name)
        text = inner
    return tuple(dict.fromkeys(by)), text


def _peel(text: str) -> tuple[str, str]:
    for name, take_off in _PEELS:
        inner = take_off(text)
        if inner != text:
            return name, inner
    return "", text


def _without(pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.sub("", text)


def _from_json(text: str) -> str:
    """The whole answer of a token server in place of the token in it."""
    read = _json_object(text)
    members = [read.get(name) for name in ("token", "auth_token", "authToken", "jwt")]
    return next((member for member in members if isinstance(member, str) and member), text)


def _from_url(text: str) -> str:
    if len(text) > _LONGEST_MISTAKE:
        return text
    found = re.search(r"[?&#](?:auth_?)?token=([^?&#\s]+\.[^?&#\s]+)", text, re.IGNORECASE)
    return found[1] if found and "://" in text[: found.start()] else text


def _out_of_brackets(text: str) -> str:
    inner = text.lstrip("<([{ ")
    return inner.rstrip(">)]} ") if inner.startswith("ey") else text


def _joined(text: str) -> str:
    """Line breaks that a mail program put into a token, but no sentence with blanks."""
    return re.sub(rf"[\s{_INVISIBLE}]+", "", text) if text.count(".") == PARTS - 1 and text.startswith("ey") else text


_PEELS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("blanks or line breaks around it", str.strip),
    ("invisible characters around it", lambda text: text.strip(_INVISIBLE)),
    (r"an escaped line break (\n) at its end", lambda text: text.removesuffix(r"\n").removesuffix(r"\r")),
    ("a header's name before it", _without(r"\Aauthorization\s*:\s*")),
    ('the word "Bearer" before it', _without(r"\A(?:bearer|jwt)(?:\s+|:\s*)(?=\S)")),
    ("a JSON answer around it", _from_json),
    ("a URL around it", _from_url),
    ("quotes around it", lambda text: text.strip(_QUOTES)),
    ("brackets around it", _out_of_brackets),
    ("a comma or semicolon after it", lambda text: text.rstrip(",;")),
    ("a name before it", _without(rf"\A(?:export\s+)?[\w.-]{{1,40}}[{_QUOTES}]?\s*[=:]\s*(?=[{_QUOTES}]?ey)")),
    ("line breaks or blanks inside it", _joined),
)

_MISTAKES: Final = (
    (Thing.PLACEHOLDER, r"undefined|null|none|nil|nan|true|false|todo|\.{3,}|\u2026"),
    (Thing.PLACEHOLDER, r"\[object \w+\]|\$\{?\w+\}?|%\w+%|<[^<>]*>|\{\{.*\}\}|\{\w*\}"),
    (Thing.PLACEHOLDER, r"(?:your|my|the|auth|hms)[\w -]*token[\w -]*|token|jwt|changeme|x{3,}"),
    (Thing.ROOM_CODE, r"[a-z0-9]{3}-[a-z0-9]{4}-[a-z0-9]{3}"),
    (Thing.ROOM_LINK, r"(?:https?://)?\S+/(?:meeting|preview|streaming)/\S*"),
    (Thing.URL, r"[a-z][a-z0-9+.-]*://.*|www\..*"),
    (Thing.KEY_OR_ROOM, r"[0-9a-f]{24}"),
    (Thing.IDENTIFIER, r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"),
    (Thing.PEM, r"-----BEGIN .*"),
    (Thing.FILE_NAME, r"(?:~|\.{0,2}|[a-z]:)[/\\][^\n]*|[\w -]+\.(?:jwt|txt|json|env|token|pem)"),
    (Thing.SECRET, r"(?!ey)[\w+/-]{32,256}={0,2}"),
)  # fmt: skip
_COMPILED: Final = tuple((thing, re.compile(form, re.IGNORECASE | re.DOTALL | re.ASCII)) for thing, form in _MISTAKES)


def _things(text: str) -> Iterable[Thing]:
    """Name what else the text may be; what holds claims is a token, however broken."""
    if ".ey" in text:
        return
    if len(text) <= _LONGEST_MISTAKE:
        yield from (thing for thing, form in _COMPILED if form.fullmatch(text))
    if not {"access_key", "room_id", "role"}.isdisjoint(_json_object(text)):
        yield Thing.CLAIMS


def _json_object(text: str) -> JsonObject:
    if not text.startswith("{"):
        return {}
    read = read_object(text.encode("utf-8", "surrogatepass"))
    return read.value if isinstance(read, ObjectRead) else {}


def _piece(text: str, fault: Fault) -> Fault:
    """See a piece of a token in a text: every token begins with ``eyJ``, base64url of ``{"``."""
    if isinstance(fault, WrongParts) and fault.found < PARTS and text.startswith("ey"):
        return _cut_off(text, fault)
    for missing, lacks in (("e", "character"), ("ey", "2 characters"), ("eyJ", "3 characters")):
        if isinstance(read_parts(missing + text), WellFormedToken):
            return CutOff(where=f"lacks its first {lacks}", length=len(text))
    return fault


def _cut_off(text: str, fault: WrongParts) -> Fault:
    """Say where a token of one or two segments ends."""
    name = (Part.HEADER, Part.CLAIMS)[fault.found - 1]
    last = text.rpartition(".")[2]
    match read_parts(f"{last}.{last}."):
        case WellFormedToken():
            return CutOff(where=f"ends after the {name}", length=len(text))
        case ForeignCharacter(character=character) if character:
            return fault
        case _:
            return CutOff(where=f"ends inside the {name}", length=len(text))
