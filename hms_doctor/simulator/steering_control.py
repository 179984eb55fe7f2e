"""The control URL: what can be typed to a running simulator, over HTTP on loopback, for who knows this run's key."""

import asyncio
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import field, replace
from typing import Final

from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.ports import bound, play, port_of
from hms_doctor.simulator.scenario import Listener, TlsScript
from hms_doctor.simulator.steering import Steering
from hms_doctor.simulator.steering_answers import state_of
from hms_doctor.simulator.steering_parts import Outcome
from hms_doctor.simulator.steering_words import read_body
from hms_doctor.simulator.web import Malformed, Request, error, read_request, send

PATH: Final = "/control"
_LOOPBACK: Final = "127.0.0.1"
_MOST_OF_A_BODY: Final = 4096
_STATUS: Final = {Outcome.REFUSED: 400, Outcome.NEEDS_RESTART: 409}
_PREFLIGHT: Final = Answer(
    status=204,
    headers=(
        ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
        ("Access-Control-Allow-Headers", "authorization, content-type"),
        ("Access-Control-Allow-Private-Network", "true"),
        ("Access-Control-Max-Age", "600"),
    ),
)
_NOT_HTTP: Final = Request(method="GET", path="/", query={}, headers={"connection": "close"}, raw=b"")


@dataclass(frozen=True, kw_only=True)
class Control:
    """Hears wishes over HTTP; the key is made for one run."""

    ground: Ground
    steering: Steering
    end: Callable[[], None]  # called where somebody says quit
    key: Secret = field(default_factory=lambda: Secret(secrets.token_urlsafe(24)))

    def open(self) -> str:
        """Open it on loopback, whatever the simulator is bound to; gives the URL with the key."""
        reserved = self.ground.stack.enter_context(bound(_LOOPBACK))
        play(self.ground, TlsScript(listener=Listener.PLAIN), self.serve, reserved)
        return f"http://{_LOOPBACK}:{port_of(reserved)}{PATH}/{self.key.reveal()}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        while isinstance(request := await read_request(reader), Request):
            if "transfer-encoding" in request.headers:  # where such a body ends is not read here
                request = replace(request, headers={**request.headers, "connection": "close"})
            await send(writer, request, self._answer(request), self.ground.now())
            if not request.lasts:
                return
        if isinstance(request, Malformed):
            await send(writer, _NOT_HTTP, error(400, "bad request"), self.ground.now())

    def _answer(self, request: Request) -> Answer:
        match request.method:
            case "OPTIONS":
                return _PREFLIGHT
            case _ if not self._is_known(request):
                return error(403, "the key is missing or not that of this run")
            case "GET" | "HEAD":
                return self._state(200, {})
            case "POST":
                return self._posted(request)
            case _:
                return error(405, "GET tells the state, POST changes it")

    def _posted(self, request: Request) -> Answer:
        if "transfer-encoding" in request.headers:
            return error(411, "Content-Length is missing")
        if len(request.body) > _MOST_OF_A_BODY:
            return error(413, f"the body has more than {_MOST_OF_A_BODY} bytes")
        return self._hear(request.body)

    def _is_known(self, request: Request) -> bool:
        """Whether the key stands in the path or as a bearer token; how much of it is right takes no time to tell."""
        _, _, in_path = request.path.partition(f"{PATH}/")
        _, _, in_header = request.headers.get("authorization", "").partition(" ")
        told = (in_path if request.path != PATH else in_header).strip()
        return request.path.startswith(PATH) and hmac.compare_digest(told.encode(), self.key.reveal().encode())

    def _hear(self, body: bytes) -> Answer:
        reply = self.steering.hear(read_body(body))
        if reply.outcome is Outcome.ENDS:
            self.end()
        return self._state(_STATUS.get(reply.outcome, 200), {"outcome": reply.outcome.value, "said": list(reply.lines)})

    def _state(self, status: int, said: JsonObject) -> Answer:
        return Answer(status=status, body=json.dumps({**said, **state_of(self.steering)}).encode())
