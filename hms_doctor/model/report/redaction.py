"""Takes secrets out of text: those that are known, in every coding they travel in, and what looks like one."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from hms_doctor.model.secret import Secret

GONE: Final = "…"
_TOO_SHORT: Final = 4
"""A value shorter than this is no secret; taking it out would only make the report unreadable."""
_WHOLE_WORD: Final = 8
"""A known secret shorter than this is only taken out where it stands as a word of its own."""
_TOO_LONG: Final = 4096
"""A secret longer than this cannot stand in a report as a whole: only pieces of it are looked for."""
_SHARED: Final = 16
"""So many characters in a row shared with a long secret make a word a piece of it."""

_TELLING: Final = "token|signature|sig|secret|password|credential"
_LOOKS_SECRET: Final = (
    # a JWT, whole or cut off: base64url of '{"' begins with eyJ (RFC 7519, section 3.1)
    (re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*)*"), GONE),
    (re.compile(r"(\bBearer\s+)(?!tokens?\b)[^\s\"',;]+", re.IGNORECASE), rf"\1{GONE}"),
    (re.compile(r"(\bauthorization[\"']?\s*[:=]\s*[\"']?)(?:\w+\s+)?[^\s\"',;]+", re.IGNORECASE), rf"\1{GONE}"),
    (re.compile(rf"([?&;][\w-]*(?:{_TELLING})=)[^&;\s\"']+", re.IGNORECASE), rf"\1{GONE}"),
    (re.compile(r"(\w://)[^\s/@\"']*:[^\s/@\"']*@"), rf"\1{GONE}@"),
)
_WORD: Final = re.compile(rf"[\w+/=%.~:-]{{{_SHARED},}}")


class Redactor:
    """Replaces every occurrence of a secret by ``…``; when in doubt, it is taken out."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        values = set(chain.from_iterable(_parts(secret.reveal()) for secret in secrets))
        forms = {form.lower() for value in values for form in _forms(value)}
        self._forms = sorted((form for form in forms if len(form) >= _TOO_SHORT), key=len, reverse=True)
        self._pieces = {piece for value in values if "://" not in value for piece in _pieces(value, _stride(value))}

    def __call__(self, text: str) -> str:
        """Give the text without secrets."""
        for looks, instead in _LOOKS_SECRET:
            text = looks.sub(instead, text)
        for form in self._forms:
            if form in text.lower():
                text = re.sub(_pattern(form), GONE, text, flags=re.IGNORECASE)
        return _WORD.sub(self._unless_piece, text) if self._pieces else text

    def _unless_piece(self, match: re.Match[str]) -> str:
        return GONE if any(piece in self._pieces for piece in _pieces(match[0], 1)) else match[0]


def _parts(value: str) -> Iterator[str]:
    """Give what is secret in a value: of a URL its password and its query's values, else all of it."""
    if "://" not in value:
        yield from filter(None, (value, value.strip()))
        return
    url = urlsplit(value)
    login, _at, _host = url.netloc.rpartition("@")
    told = [told for _name, told in parse_qsl(url.query) if len(told) >= _WHOLE_WORD]
    if login or told:
        password = login.partition(":")[2]
        yield from filter(None, (value, login, password, unquote(password), *told))


def _forms(value: str) -> Iterator[str]:
    """Give the codings in which a value may turn up."""
    if len(value) > _TOO_LONG:
        return
    raw = value.encode("utf-8", "surrogatepass")
    yield from (value, quote(raw, safe=""), quote(raw), quote_plus(raw))
    yield from (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    yield from (segment for segment in value.split(".") if len(segment) >= _SHARED)
    if len(value) >= _WHOLE_WORD:
        yield raw.hex()
        yield from chain.from_iterable(_within_base64(raw, offset) for offset in range(3))


def _within_base64(raw: bytes, offset: int) -> tuple[str, str]:
    """Give what base64 makes of these bytes where ``offset`` other bytes stand before them, less what those touch."""
    padded = bytes(offset) + raw
    first, last = -(-offset * 8 // 6), len(padded) * 8 // 6
    return b64encode(padded)[first:last].decode(), urlsafe_b64encode(padded)[first:last].decode()


def _pattern(form: str) -> str:
    exact = re.escape(form)
    return exact if len(form) >= _WHOLE_WORD else rf"(?<!\w){exact}(?!\w)"


def _stride(value: str) -> int:
    """Give how far apart pieces are cut: overlapping, but side by side where a token of megabytes was given."""
    return 1 if len(value) <= _TOO_LONG else _SHARED


def _pieces(value: str, stride: int) -> Iterator[str]:
    lower = value.lower()
    return (lower[start : start + _SHARED] for start in range(0, len(lower) - _SHARED + 1, stride))
