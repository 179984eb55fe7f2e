"""The web server of the simulator: init, its CORS preflight, and signalling, all on one port."""

import asyncio

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.account import Account
from hms_doctor.simulator.answers import Answer, InitAnswer, Judge, Redirects
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.init import INIT_PATH, SPEED_TEST_PATH, Init
from hms_doctor.simulator.room.door import Door
from hms_doctor.simulator.signalling import Signalling
from hms_doctor.simulator.token_service import TOKEN_PATH, give_token
from hms_doctor.simulator.web import Ended, Malformed, Request, error, read_request, send

SIGNALLING_PATH = "/v2/ws"
_PREFLIGHT = Answer(
    status=204,
    headers=(
        ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
        ("Access-Control-Allow-Headers", "authorization, content-type"),
        ("Access-Control-Max-Age", "600"),
    ),
)
_SPEED_TEST = Answer(status=200, body=bytes(100_000), content_type="application/octet-stream")
_NOT_HTTP = Request(method="GET", path="/", query={}, headers={"connection": "close"}, raw=b"")


@dataclass(frozen=True, kw_only=True)
class Site:
    """What is served over HTTP."""

    ground: Ground
    account: Account
    init: Init
    door: Door

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until one of the sides has enough."""
        while True:
            match await read_request(reader):
                case Request() as request if await self._answer(request, reader, writer):
                    continue
                case Malformed():
                    await self._say(writer, _NOT_HTTP, error(400, "bad request"))
                case Request() | Ended():
                    pass
            return

    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether another may follow on the same connection."""
        script = self.door.init_script(request.query.get("peer_id", ""))
        if request.method == "OPTIONS" and not (isinstance(script.answer, Answer) and script.answer.everywhere):
            await self._say(writer, request, _PREFLIGHT)
        elif request.path == SIGNALLING_PATH:
            await Signalling(ground=self.ground, account=self.account, door=self.door).serve(request, reader, writer)
            return False
        elif request.path == INIT_PATH:
            await self.init.serve(request, reader, writer)
            if not isinstance(script.answer, Judge | Answer | Redirects):
                return False
        else:
            await self._say(writer, request, self._elsewhere(request, script.answer))
        return request.lasts and script.framing.keep_alive

    def _elsewhere(self, request: Request, script: InitAnswer) -> Answer:
        if isinstance(script, Answer) and script.everywhere:
            return script
        if request.path == TOKEN_PATH:
            return give_token(request, self.account, self.ground.scenario.token, self.ground.now())
        return _SPEED_TEST if request.path == SPEED_TEST_PATH else error(404, "page not found")

    async def _say(self, writer: asyncio.StreamWriter, request: Request, answer: Answer) -> None:
        await send(writer, request, answer, self.ground.now(), self.ground.scenario.init.framing)
