"""What a text that should be a token is made of, and what people give in its place."""

import string

import jwt
import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from tokens import claims, segment, signed, token

from hms_doctor.model.secret import Secret
from hms_doctor.model.token.facts import LARGEST_TOKEN, WellFormedToken
from hms_doctor.model.token.paste import read_token, unwrap
from hms_doctor.model.token.shape import (
    CutOff,
    Empty,
    ForeignCharacter,
    Mistaken,
    NotAnObject,
    NotJson,
    NotText,
    Part,
    Shape,
    Thing,
    TooLarge,
    Wrapped,
    WrongParts,
    read_parts,
)

HEALTHY = token()
HEADER, CLAIMS, SIGNATURE = HEALTHY.split(".")
BEFORE_CLAIMS = len(HEADER) + 1


def test_a_healthy_token_reads_as_what_was_put_in() -> None:
    shape = read_token(token(role="guest"))
    assert isinstance(shape, WellFormedToken)
    assert shape.header == {"alg": "HS256", "typ": "JWT"}
    assert shape.claims["role"] == "guest"
    assert shape.signature_length == 43


@given_any(st.text() | st.text(alphabet="eyJ.-_=\" '\n{}[]:,\\abcXYZ019\ud800\ufeff"))
def test_no_text_raises(text: str) -> None:
    read_token(text)


@given_any(st.tuples(st.binary(), st.binary(), st.binary()))
def test_no_bytes_in_three_segments_raise(parts: tuple[bytes, bytes, bytes]) -> None:
    read_token(".".join(segment(part) for part in parts))


_NAMES = st.text().filter(lambda name: name != "iss")  # PyJWT signs no issuer that is not a text


@given_any(st.dictionaries(_NAMES, st.text() | st.integers(0, 10**12) | st.booleans() | st.none()))
def test_whatever_is_signed_reads_back(payload: dict[str, object]) -> None:
    shape = read_parts(jwt.encode(payload, "k" * 32))
    assert isinstance(shape, WellFormedToken)
    assert shape.claims == payload


@given_any(st.integers(0, len(HEALTHY) - 1), st.sampled_from(string.printable + "é\u200b"), st.sampled_from("sdi"))
def test_a_mutation_of_one_character_still_reads_or_is_located(at: int, character: str, how: str) -> None:
    before, after = HEALTHY[:at], HEALTHY[at + 1 :]
    mutant = before + {"s": character, "d": "", "i": character + HEALTHY[at]}[how] + after
    match read_token(mutant):
        case ForeignCharacter(position=position) | NotText(position=position) | NotJson(position=position):
            assert 1 <= position <= len(mutant)
        case WellFormedToken() | NotAnObject() | CutOff() | Wrapped() | WrongParts():
            pass
        case Empty() | TooLarge() | Mistaken() as wrong:
            pytest.fail(f"{wrong} for {mutant!r}")


@given_any(st.integers(0, len(CLAIMS) - 1), st.sampled_from("!*=+/%~é\x00"))
def test_a_foreign_character_is_located_exactly(at: int, character: str) -> None:
    mutant = f"{HEADER}.{CLAIMS[:at]}{character}{CLAIMS[at + 1 :]}.{SIGNATURE}"
    assert read_token(mutant) == ForeignCharacter(
        part=Part.CLAIMS, position=BEFORE_CLAIMS + at + 1, character=character
    )


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("", Empty()),
        (" \n\t", Empty()),
        ("\ufeff \u200b", Empty()),
        ('""', Empty()),
        ("hello", WrongParts(found=1)),
        ("a.b", WrongParts(found=2)),
        (f"{HEALTHY}.{SIGNATURE}.", WrongParts(found=5)),
        ("x" * (LARGEST_TOKEN + 1), TooLarge()),
        (
            f"{HEADER}.{CLAIMS}.{SIGNATURE}=",
            ForeignCharacter(part=Part.SIGNATURE, position=len(HEALTHY) + 1, character="="),
        ),
        (f"{HEADER}a.{CLAIMS}.x", ForeignCharacter(part=Part.HEADER, position=len(HEADER) + 1, character="")),
        (signed(b"\xff\xfe"), NotText(part=Part.CLAIMS, position=38)),
        (signed(b"[1]"), NotAnObject(part=Part.CLAIMS, kind="a list")),
        (signed(b"null"), NotAnObject(part=Part.CLAIMS, kind="null")),
        (signed(b"{}", header=b'"x"'), NotAnObject(part=Part.HEADER, kind="text")),
        (signed(b""), NotJson(part=Part.CLAIMS, position=38, why="expecting value", ends_early=False)),
        (signed(b'{"a":1'), NotJson(part=Part.CLAIMS, position=46, why="expecting ',' delimiter", ends_early=True)),
    ],
)
def test_each_fault_is_told_apart(text: str, shape: Shape) -> None:
    assert read_token(text) == shape


def test_json_faults_are_located_in_the_token_not_in_the_decoded_text() -> None:
    payload = b'{"role":"host","exp":oops}'
    shape = read_token(signed(payload))
    assert isinstance(shape, NotJson)
    start = shape.position - 38
    assert segment(payload)[start : start + 4] in segment(payload[: payload.index(b"oops") + 4])
    assert abs(start - payload.index(b"oops") * 4 / 3) <= 1


@pytest.mark.parametrize("depth", [101, 100_000])
def test_claims_nested_deep_are_a_fault(depth: int) -> None:
    shape = read_token(signed(b'{"a":' + b"[" * depth + b"]" * depth + b"}"))
    assert isinstance(shape, NotJson)
    assert "nested deeper" in shape.why


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"Bearer {HEALTHY}", ('the word "Bearer" before it',)),
        (f"Authorization: Bearer {HEALTHY}", ("a header's name before it", 'the word "Bearer" before it')),
        (f'"{HEALTHY}"', ("quotes around it",)),
        (f"\u201c{HEALTHY}\u201d", ("quotes around it",)),
        (f"{HEALTHY}\n", ("blanks or line breaks around it",)),
        (f"{HEALTHY}\\n", (r"an escaped line break (\n) at its end",)),
        (f"\ufeff{HEALTHY}", ("invisible characters around it",)),
        (f"{HEALTHY[:150]}\r\n{HEALTHY[150:]}", ("line breaks or blanks inside it",)),
        (f"HMS_TOKEN={HEALTHY}", ("a name before it",)),
        (f"export HMS_TOKEN='{HEALTHY}'", ("quotes around it", "a name before it")),
        (f'"token": "{HEALTHY}",', ("quotes around it", "a comma or semicolon after it", "a name before it")),
        (f'{{"token": "{HEALTHY}", "expires_at": "x"}}', ("a JSON answer around it",)),
        (f"wss://host/ws?peer=1&token={HEALTHY}&x=y", ("a URL around it",)),
        (f"<{HEALTHY}>", ("brackets around it",)),
        (f"{HEALTHY};", ("a comma or semicolon after it",)),
    ],
)
def test_what_stands_around_a_sound_token_is_named_and_seen_through(text: str, names: tuple[str, ...]) -> None:
    shape = read_token(text)
    assert isinstance(shape, Wrapped)
    assert shape.inside == read_token(HEALTHY)
    assert set(names) <= set(shape.by)


def test_a_wrapped_token_with_a_fault_tells_both() -> None:
    shape = read_token(f"Bearer {HEADER}.!.{SIGNATURE}")
    assert isinstance(shape, Wrapped)
    assert isinstance(shape.inside, ForeignCharacter)


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("abc-defg-hij", Thing.ROOM_CODE),
        (' "abc-defg-hij" ', Thing.ROOM_CODE),
        ("https://x.app.100ms.live/meeting/abc-defg-hij", Thing.ROOM_LINK),
        ("https://prod-in2.100ms.live/hmsapi/x/api/token", Thing.URL),
        ("60c0a1b2c3d4e5f607080912", Thing.KEY_OR_ROOM),
        ("4f0c5f0e-6a0b-4d5e-9a65-0a2b1f3c4d5e", Thing.IDENTIFIER),
        ("p0vKXqkZ8cTq1jWm4YbN7sRu2dHf5gLa9eVx3iOtC6BwMzEQyJhUrDnGkSlFTPAo", Thing.SECRET),
        ("undefined", Thing.PLACEHOLDER),
        ("[object Promise]", Thing.PLACEHOLDER),
        ("$HMS_TOKEN", Thing.PLACEHOLDER),
        ("<token>", Thing.PLACEHOLDER),
        ("YOUR_AUTH_TOKEN", Thing.PLACEHOLDER),
        ("./token.jwt", Thing.FILE_NAME),
        ("token.jwt", Thing.FILE_NAME),
        ("-----BEGIN PRIVATE KEY-----\nx", Thing.PEM),
        ('{"access_key": "x", "role": "host"}', Thing.CLAIMS),
    ],
)
def test_what_people_give_in_place_of_a_token_is_named(text: str, thing: Thing) -> None:
    assert read_token(text) == Mistaken(thing=thing)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (HEADER[:10], "ends inside the header"),
        (HEADER, "ends after the header"),
        (f"{HEADER}.{CLAIMS[:40]}", "ends inside the claims"),
        (f"{HEADER}.{CLAIMS}", "ends after the claims"),
        (HEALTHY[1:], "lacks its first character"),
        (HEALTHY[2:], "lacks its first 2 characters"),
        (HEALTHY[3:], "lacks its first 3 characters"),
    ],
)
def test_a_piece_of_a_token_is_seen_as_one(text: str, where: str) -> None:
    assert read_token(text) == CutOff(where=where, length=len(text))


def test_a_token_with_commas_for_dots_is_not_called_cut_off() -> None:
    assert read_token(HEALTHY.replace(".", ",")) == WrongParts(found=1)


def test_an_unsigned_token_is_well_formed() -> None:
    assert isinstance(read_token(signed(b"{}", header=b'{"alg":"none"}', signature="")), WellFormedToken)


def test_repeated_names_are_handed_on() -> None:
    shape = read_token(signed(b'{"role":"a","role":"b"}'))
    assert isinstance(shape, WellFormedToken)
    assert (shape.claims, shape.repeated) == ({"role": "b"}, ("role",))


def test_a_healthy_token_is_not_unwrapped() -> None:
    assert unwrap(HEALTHY) == ((), HEALTHY)


@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * (LARGEST_TOKEN - 2) + "b",
        "?token=" * (LARGEST_TOKEN // 7),
        '"' * LARGEST_TOKEN,
        "Bearer " * (LARGEST_TOKEN // 7),
        "{" * LARGEST_TOKEN,
        "ey" + " ." * 1_000_000,
        "a\\n" * (LARGEST_TOKEN // 3),
        ",;" * (LARGEST_TOKEN // 2),
        "e" * LARGEST_TOKEN,
        "mytoken" * 285 + "!",
        signed(b'{"a":"' + b'\\"[' * 700_000 + b'"}'),
    ],
    ids=lambda text: text[:8],
)
@pytest.mark.timeout(20)
def test_no_text_of_four_megabytes_takes_long(text: str) -> None:
    read_token(text)


def test_claims_of_the_helper_are_healthy() -> None:
    assert set(claims()) == {
        "access_key", "type", "version", "room_id", "user_id", "role", "iat", "nbf", "exp", "jti",
    }  # fmt: skip


def test_a_token_that_is_no_text_has_a_fingerprint_too() -> None:
    assert len(Secret("\ud800\udcff").fingerprint) == 8
