"""What init says of tokens that are really bad: the words of the real service."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import jwt
import pytest
from sim_clients import ask_init, bearer, client

from hms_doctor.model.json import JsonValue
from hms_doctor.model.secret import Secret
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.account import Account
from hms_doctor.simulator.judging import Accepted, Judgement, Refused, judge
from hms_doctor.simulator.scenario import Signature, TokenScript

NOW = 1_795_288_391.0
ACCOUNT = Account()
VALIDATION = "Token validation error"


def claims() -> dict[str, JsonValue]:
    return ACCOUNT.claims("host", NOW)


def signed(told: Mapping[str, JsonValue], algorithm: str = "HS256") -> str:
    """Sign with another implementation than the simulator's own."""
    return jwt.encode(dict(told), ACCOUNT.app_secret.reveal(), algorithm=algorithm)


def judged(token: str) -> Judgement:
    return judge(token, ACCOUNT, NOW)


def test_a_token_of_another_implementation_is_accepted() -> None:
    assert judged(signed(claims())) == Accepted(role="host", user_id="simulated-host")


def test_a_token_without_user_id_is_accepted_as_the_server_sdk_makes_it_optional() -> None:
    told = {name: value for name, value in claims().items() if name != "user_id"}
    assert isinstance(judged(signed(told)), Accepted)


def test_its_own_tokens_are_good_in_another_implementation() -> None:
    token = ACCOUNT.mint("guest", time.time(), TokenScript()).reveal()
    told = jwt.decode(token, ACCOUNT.app_secret.reveal(), algorithms=["HS256"])
    assert told["role"] == "guest"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"exp": NOW - 3725}, "token is expired by 1h2m5s"),
        ({"exp": int(NOW)}, "token is expired by 0h0m0s"),
        ({"nbf": NOW + 60}, "token is not valid yet"),
        ({"nbf": NOW * 1000}, "token is not valid yet"),
        ({"user_id": 17}, "json: cannot unmarshal number into Go struct field Claims.user_id of type string"),
        ({"role": ["host"]}, "json: cannot unmarshal array into Go struct field Claims.role of type string"),
        ({"room_id": {"id": 1}}, "json: cannot unmarshal object into Go struct field Claims.room_id of type string"),
        ({"access_key": True}, "json: cannot unmarshal bool into Go struct field Claims.access_key of type string"),
        ({"exp": "tomorrow"}, "json: cannot unmarshal string into Go struct field Claims.exp of type int64"),
        ({"access_key": "0" * 24}, VALIDATION),
        ({"type": "management"}, VALIDATION),
        ({"role": "Host"}, VALIDATION),
        ({"role": None}, VALIDATION),
        ({"room_id": None}, VALIDATION),
        ({"access_key": None}, VALIDATION),
    ],
)
def test_claims_are_read_as_a_go_service_reads_them(change: Mapping[str, JsonValue], message: str) -> None:
    told = {name: value for name, value in {**claims(), **change}.items() if value is not None}
    refused = judged(signed(told) if not isinstance(told.get("exp"), str) else ours(told))
    assert isinstance(refused, Refused)
    assert (refused.status, refused.message) == (401, message)


def ours(told: Mapping[str, JsonValue]) -> str:
    """Sign what the other implementation refuses to sign."""
    return ACCOUNT.mint("host", NOW, TokenScript(reshape=lambda _claims: told)).reveal()


def test_an_unknown_room_is_404_with_the_rooms_message() -> None:
    assert judged(signed({**claims(), "room_id": "f" * 24})) == Refused(status=404, message="room not found")


def segment(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


HEADER = segment(b'{"alg":"HS256","typ":"JWT"}')


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", "token contains an invalid number of segments"),
        ("a.b", "token contains an invalid number of segments"),
        ("a.b.c.d", "token contains an invalid number of segments"),
        ("a!.b.c", "illegal base64 data at input byte 0"),
        (f"{HEADER}.é.c", "illegal base64 data at input byte 0"),
        (f"{HEADER}.{segment(b'no json')}.c", "invalid character looking for beginning of value"),
        (f"{HEADER}.{segment(b'[' * 100_000)}.c", "invalid character looking for beginning of value"),
        (f"{HEADER}.{segment(bytes([255, 254]))}.c", "invalid character looking for beginning of value"),
        (f"{HEADER}.{segment(b'[1]')}.c", "json: cannot unmarshal the value into Go value of type Claims"),
    ],
)
def test_what_is_no_token_is_refused(token: str, message: str) -> None:
    assert judged(token) == Refused(message=message)


@pytest.mark.parametrize(
    ("signature", "message"),
    [
        (Signature.WRONG_SECRET, "signature is invalid"),
        (Signature.NONE, "signing method none is invalid"),
        (Signature.RS256, "signing method RS256 is invalid"),
    ],
)
async def test_bad_signatures_get_the_words_of_the_service(signature: Signature, message: str) -> None:
    scenario = replace(Scenario(), token=TokenScript(signature=signature))
    async with Simulator(scenario) as simulator:
        answer = await ask_init(simulator, simulator.tokens["host"])
    assert answer.status_code == 401
    assert answer.json() == {"code": 401, "message": message, "details": []}
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_token_without_algorithm_has_an_empty_signature_and_rs256_a_long_one() -> None:
    def last(signature: Signature) -> str:
        return ACCOUNT.mint("host", NOW, TokenScript(signature=signature)).reveal().rpartition(".")[2]

    assert last(Signature.NONE) == ""
    assert len(last(Signature.RS256)) == 342
    assert last(Signature.WRONG_SECRET) != last(Signature.GOOD)


MANGLES: list[Callable[[str], str]] = [lambda token: token[:-4], lambda token: token[:-1] + "!"]


@pytest.mark.parametrize("mangle", MANGLES)
async def test_one_changed_character_is_noticed(mangle: Callable[[str], str]) -> None:
    async with Simulator() as simulator:
        answer = await ask_init(simulator, Secret(mangle(simulator.tokens["host"].reveal())))
    assert answer.status_code == 401


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer"}])
async def test_without_a_bearer_token_there_is_no_answer(header: dict[str, str]) -> None:
    async with Simulator() as simulator, client(simulator) as http:
        answer = await http.get(f"{simulator.init_endpoint}/init", headers=header)
    assert answer.status_code == 401
    assert answer.json()["message"] == "Authorization header is missing"


async def test_the_details_of_a_refusal_are_told() -> None:
    async with Simulator() as simulator, client(simulator) as http:
        token = Secret(jwt.encode({"access_key": "other"}, "other secret of at least 32 characters"))
        answer = await http.get(f"{simulator.init_endpoint}/init", headers=bearer(token))
    assert json.loads(answer.content) == {"code": 401, "message": VALIDATION, "details": ["not found"]}
