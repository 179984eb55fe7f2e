"""The service that gives a token for a room code, as an app's SDK asks it."""

import httpx
import jwt
import pytest
from sim_clients import ask_init, client

from hms_doctor.model.secret import Secret
from hms_doctor.simulator import Simulator

TEXT = {"Content-Type": "text/plain;charset=UTF-8"}


async def ask(simulator: Simulator, body: bytes, method: str = "POST") -> httpx.Response:
    async with client(simulator) as http:
        return await http.request(method, simulator.auth_endpoint, content=body, headers=TEXT)


async def test_a_code_of_each_role_gives_a_token_that_init_takes() -> None:
    async with Simulator() as simulator:
        assert set(simulator.room_codes) == set(simulator.tokens)
        for role, code in simulator.room_codes.items():
            assert [len(part) for part in code.split("-")] == [3, 4, 3]
            answer = await ask(simulator, f'{{"code": "{code}", "user_id": "u-17"}}'.encode())
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
            token = answer.json()["token"]
            claims = jwt.decode(token, simulator.app_secret.reveal(), algorithms=["HS256"])
            assert (claims["role"], claims["user_id"]) == (role, "u-17")
            assert answer.json()["expires_at"].endswith("Z")
            assert (await ask_init(simulator, Secret(token))).status_code == 200


@pytest.mark.parametrize(
    ("body", "method", "status", "told"),
    [
        (b'{"code": "aaa-bbbb-cc"}', "POST", 404, "room code does not exist"),
        (b'{"user_id": "u"}', "POST", 400, "room code is missing"),
        (b'{"code": 7}', "POST", 400, "room code is missing"),
        (b"", "POST", 400, "room code is missing"),
        (b"\xff", "POST", 400, "room code is missing"),
        (b"[" * 100_000, "POST", 400, "room code is missing"),
        (b"", "GET", 405, "method not allowed"),
    ],
)
async def test_anything_else_is_refused_in_the_service_s_shape(
    body: bytes, method: str, status: int, told: str
) -> None:
    async with Simulator() as simulator:
        answer = await ask(simulator, body, method)
        assert answer.status_code == status
        assert (answer.json()["code"], answer.json()["message"]) == (status, told)


async def test_a_user_id_that_is_no_text_is_left_out() -> None:
    async with Simulator() as simulator:
        answer = await ask(simulator, f'{{"code": "{simulator.room_codes["guest"]}", "user_id": 17}}'.encode())
        claims = jwt.decode(answer.json()["token"], simulator.app_secret.reveal(), algorithms=["HS256"])
        assert claims["user_id"] == "simulated-guest"
