"""token.signature: token and secret → finding, cause, words."""

import base64
import hmac
import warnings

import jwt
import pytest
from tokens import ACCESS_KEY, APP_SECRET, claims, signed

from hms_doctor.checks.token_signature import CHECK, check_signature
from hms_doctor.model.causes import NO_CODE, Platform
from hms_doctor.model.finding import Failed, Finding, Passed, Warned, action_of, code_of
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import AppSecret
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.model.token.paste import read_token


def sign(key: bytes, **changes: object) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyJWT warns of the short keys that people use
        return jwt.encode(claims(**changes), key, algorithm="HS256") if key else _with_empty_key()


def _with_empty_key() -> str:
    content = signed(b'{"access_key":"x"}').rpartition(".")[0]
    mac = hmac.digest(b"", content.encode(), "sha256")
    return f"{content}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def find(text: str, secret: str = APP_SECRET) -> Finding:
    shape = read_token(text)
    assert isinstance(shape, WellFormedToken)
    [finding] = CHECK.judge(check_signature(shape, AppSecret(value=Secret(secret)))).findings
    return finding


def test_the_right_secret_passes() -> None:
    assert isinstance(find(sign(APP_SECRET.encode())), Passed)


def test_another_secret_fails() -> None:
    failure = find(sign(b"another secret, long enough for PyJWT"))
    assert isinstance(failure, Failed)
    assert (failure.cause.id, code_of(failure, Platform.ANY)) == ("token.signature", 40109)
    assert failure.summary == "the token is not signed with this app secret"


@pytest.mark.parametrize(
    "given", [f"{APP_SECRET}\n", f" {APP_SECRET}", f'"{APP_SECRET}"', f"'{APP_SECRET}'\r\n", f"\ufeff{APP_SECRET}"]
)
def test_a_secret_with_something_around_it_warns_for_the_token_is_right(given: str) -> None:
    warned = find(sign(APP_SECRET.encode()), given)
    assert isinstance(warned, Warned)
    assert warned.cause.id == "token.secret_wrapped"
    assert code_of(warned, Platform.ANY) == NO_CODE


HEX_SECRET = "0123456789abcdef" * 4
BASE64_SECRET = "+/" * 20 + "cXc="


@pytest.mark.parametrize(
    ("key", "secret", "words"),
    [
        (f"{APP_SECRET}\n".encode(), APP_SECRET, "the secret and a line break after it"),
        (f"{APP_SECRET}\r\n".encode(), APP_SECRET, "the secret and a line break after it"),
        (f"{APP_SECRET} ".encode(), APP_SECRET, "the secret and a blank after it"),
        (f'"{APP_SECRET}"'.encode(), APP_SECRET, "the secret in quotes"),
        (base64.b64encode(APP_SECRET.encode()), APP_SECRET, "the base64 form of the secret"),
        (base64.b64decode(BASE64_SECRET), BASE64_SECRET, "the base64-decoded bytes of the secret"),
        (base64.urlsafe_b64decode("-_" * 20), "-_" * 20, "the base64url-decoded bytes of the secret"),
        (bytes.fromhex(HEX_SECRET), HEX_SECRET, "the hex-decoded bytes of the secret"),
        (ACCESS_KEY.encode(), APP_SECRET, "the access key in place of the secret"),
        (b"", APP_SECRET, "an empty secret"),
        (b"your-256-bit-secret", APP_SECRET, 'the word "your-256-bit-secret"'),
        (b"undefined", APP_SECRET, 'the word "undefined"'),
    ],
)
def test_what_people_sign_with_by_mistake_is_named(key: bytes, secret: str, words: str) -> None:
    failure = find(sign(key), secret)
    assert isinstance(failure, Failed)
    assert code_of(failure, Platform.ANY) == 40109
    assert failure.summary == f"the token is signed with {words}"
    assert secret not in action_of(failure)


@pytest.mark.parametrize(
    ("secret", "words"),
    [(ACCESS_KEY, "is the token's access key"), ("f" * 24, "looks like an access key")],
)
def test_an_access_key_given_as_the_secret_is_seen(secret: str, words: str) -> None:
    failure = find(sign(APP_SECRET.encode()), secret)
    assert words in failure.summary
    assert "longer" in action_of(failure)


@pytest.mark.parametrize("header", [b'{"alg":"none"}', b'{"alg":"HS512"}', b"{}"])
def test_another_algorithm_never_verifies(header: bytes) -> None:
    failure = find(signed(b"{}", header=header, signature=""))
    assert isinstance(failure, Failed)
    assert failure.cause.id == "token.algorithm"


def test_secrets_that_are_no_text_and_access_keys_that_are_none_do_no_harm() -> None:
    assert isinstance(find(sign(APP_SECRET.encode()), "\udcff"), Failed)
    assert isinstance(find(sign(b"x", access_key=17)), Failed)
    assert isinstance(find(signed(b'{"access_key":"\\ud800"}')), Failed)
