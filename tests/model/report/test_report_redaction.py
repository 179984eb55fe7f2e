"""A secret is taken out in whatever coding and however much of it stands in a text."""

import json
import time
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hms_doctor.model.report.redaction import Redactor
from hms_doctor.model.secret import Secret

SIGNATURE = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CLAIMS = "eyJhY2Nlc3Nfa2V5IjoiNjBjMDkxMiIsInJvb21faWQiOiI2MGQxIn0"
TOKEN = f"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{CLAIMS}.{SIGNATURE}"


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"GET /ws?peer=1&token={TOKEN}&v=2",
        f"'{TOKEN}'",
        f'{{"token": "{TOKEN}"}}',
        TOKEN.lower(),  # taken for a host name, it arrives in lower case
        quote(TOKEN, safe=""),
        SIGNATURE,
        SIGNATURE[:20],
        SIGNATURE[-20:],
        CLAIMS,
        CLAIMS[5:40],
        TOKEN[:60],
        TOKEN.replace(".", " . "),
        b64encode(TOKEN.encode()).decode(),
        b64encode(f"user:{TOKEN}".encode()).decode(),
        urlsafe_b64encode(f"u:{TOKEN}!".encode()).decode(),
        TOKEN.encode().hex(),
    ],
)
def test_no_piece_of_a_known_token_is_left(text: str) -> None:
    left = Redactor([Secret(TOKEN)])(text)
    lower = left.lower()
    assert not [n for n in range(len(SIGNATURE) - 8) if SIGNATURE[n : n + 8].lower() in lower]
    assert not [n for n in range(len(CLAIMS) - 8) if CLAIMS[n : n + 8].lower() in lower]
    assert "…" in left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"got {TOKEN}.", "got …"),
        ("got eyJhbGciOiJub25lIn0.eyJhIjoxfQ. and", "got … and"),
        ("cut off: eyJhbGciOiJIUzI1", "cut off: …"),
        ("Authorization: Bearer abc", "Authorization: …"),
        ("sent 'Bearer x'", "sent 'Bearer …'"),
        ("bearer a.b-c, then", "bearer …, then"),
        ("proxy-authorization: Basic dTpw", "proxy-authorization: …"),
        ("wss://h/ws?peer=1&token=abc&v=2", "wss://h/ws?peer=1&token=…&v=2"),
        ("https://h/f?X-Amz-Signature=00ff&a=b", "https://h/f?X-Amz-Signature=…&a=b"),
        ("http://user:pw@proxy:3128/", "http://…@proxy:3128/"),
    ],
)
def test_what_looks_like_a_secret_goes_without_being_known(text: str, left: str) -> None:
    assert Redactor()(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "the server wants a bearer token",
        "the proxy wants Basic or Negotiate",
        "token 9f1c77ab (first 8 hex digits)",
        "https://prod-init.100ms.live/init?peer_id=x",
        "turn:turn-in.100ms.live:3478?transport=udp",
        "host in room 60d1f2a3b4c5d6e7f8091a2b as u-17",
        "mail a@b.example",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert Redactor([Secret(TOKEN), Secret("another-secret-value")])(text) == text


def test_a_short_secret_goes_only_as_a_word_of_its_own() -> None:
    redactor = Redactor([Secret("pass")])
    assert redactor("password: pass, bypass") == "password: …, bypass"
    assert redactor("credential='pass'") == "credential='…'"


def test_nothing_is_taken_out_for_an_empty_or_tiny_secret() -> None:
    assert Redactor([Secret(""), Secret("a"), Secret(" ")])("a cat sat") == "a cat sat"


def test_of_a_proxy_url_only_the_login_is_secret() -> None:
    redactor = Redactor([Secret("http://jane:s%40cret-pw@proxy.example:3128")])
    assert redactor("through http://proxy.example:3128") == "through http://proxy.example:3128"
    assert redactor("login jane:s%40cret-pw or s@cret-pw") == "login … or …"
    assert Redactor([Secret("http://proxy.example:3128")])("http://proxy.example:3128") == "http://proxy.example:3128"


def test_of_a_signed_url_the_query_is_secret() -> None:
    redactor = Redactor([Secret("wss://h.example/ws?peer=1&ticket=AbCdEf123456")])
    assert redactor("wss://h.example/ws?peer=1&ticket=AbCdEf123456") == "…"
    assert redactor("ticket AbCdEf123456 at h.example") == "ticket … at h.example"


WORDS = st.text(min_size=8, max_size=80)


@given(secret=WORDS, before=st.text(max_size=20), after=st.text(max_size=20))
def test_no_coding_of_any_secret_is_left(secret: str, before: str, after: str) -> None:
    assume(secret.strip() and "…" not in secret and len(secret.strip()) >= 8 and "://" not in secret)
    raw = secret.encode()
    codings = {
        secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1], b64encode(raw).decode().rstrip("="), raw.hex(),
    }  # fmt: skip
    redactor = Redactor([Secret(secret)])
    for coding in codings:
        assert coding not in redactor(f"{before} {coding} {after}").replace("…", "")


def test_a_token_of_megabytes_costs_neither_time_nor_leaks() -> None:
    huge = "eyJ" + "".join(f"{n:07x}." for n in range(400_000))
    started = time.process_time()
    redactor = Redactor([Secret(huge)])
    left = redactor(f"the server echoed {huge[1_000_000:1_000_200]}")
    assert time.process_time() - started < 5
    assert left == "the server echoed …"
