"""HS256 and fresh auth tokens, held against PyJWT."""

import warnings

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokens import ACCESS_KEY, APP_SECRET, ROOM, token, well_formed

from hms_doctor.model.json import JsonValue
from hms_doctor.model.secret import Secret
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.model.token.shape import read_parts
from hms_doctor.wire.jws import Wish, claims_for, mint, signed_with

WISH = Wish(access_key=ACCESS_KEY, room_id=ROOM, user_id="u-17", role="host", valid_for=600)
VALUES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()


def test_what_is_minted_pyjwt_accepts() -> None:
    claims = claims_for(WISH, 1795285330.9)
    minted = mint(claims, Secret(APP_SECRET)).reveal()
    read = jwt.decode(
        minted,
        APP_SECRET,
        algorithms=["HS256"],
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    assert read == claims
    assert jwt.get_unverified_header(minted) == {"alg": "HS256", "typ": "JWT"}


def test_the_claims_are_those_of_the_node_sdk() -> None:
    claims = claims_for(WISH, 1795285330.9)
    jti = claims.pop("jti")
    assert isinstance(jti, str)
    assert len(jti) == 36
    assert claims == {
        "access_key": ACCESS_KEY, "type": "app", "version": 2, "room_id": ROOM, "user_id": "u-17", "role": "host",
        "iat": 1795285320, "nbf": 1795285320, "exp": 1795285930,
    }  # fmt: skip


def test_every_token_has_its_own_id() -> None:
    assert claims_for(WISH, 0)["jti"] != claims_for(WISH, 0)["jti"]


@given(st.dictionaries(st.text(), VALUES), st.text(min_size=1))
def test_minted_claims_read_back_and_are_signed(claims: dict[str, JsonValue], secret: str) -> None:
    minted = mint(claims, Secret(secret)).reveal()
    shape = read_parts(minted)
    assert isinstance(shape, WellFormedToken)
    assert shape.claims == claims
    assert signed_with(minted, secret.encode())
    assert not signed_with(minted, secret.encode() + b"x")


@given(st.binary(min_size=32, max_size=80), st.dictionaries(st.text(), st.text()))
def test_what_pyjwt_signs_is_accepted(key: bytes, claims: dict[str, str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            text = jwt.encode(dict(claims), key)
        except jwt.InvalidKeyError:
            return
    assert signed_with(text, key)


@pytest.mark.parametrize("signature", ["", "A", "AAAAA", "A" * 43, "é", "!" * 43])
def test_other_signatures_are_refused(signature: str) -> None:
    content = token().rpartition(".")[0]
    assert not signed_with(f"{content}.{signature}", APP_SECRET.encode())


def test_changed_claims_are_refused() -> None:
    header, _, signature = token().split(".")
    other = well_formed(role="guest").text.reveal().split(".")[1]
    assert not signed_with(f"{header}.{other}.{signature}", APP_SECRET.encode())
