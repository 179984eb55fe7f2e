"""The init service: the token judged, the configuration given, or whatever the script says instead."""

import asyncio
import json
from collections.abc import Callable

from hms_doctor.model.ice.servers import IceServer
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.account import Account
from hms_doctor.simulator.answers import Answer, Cut, Flood, Judge, Redirects, Reset, Silence
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.judging import Accepted, Refused, judge
from hms_doctor.simulator.ports import reset
from hms_doctor.simulator.room.door import Door
from hms_doctor.simulator.web import Request, chunk, common_headers, error, head, send

INIT_PATH = "/init"
SPEED_TEST_PATH = "/speed-test"
_FLOOD = b" " * 65536
_FLAGS = ("subscribeDegradation", "simulcast", "publishStats", "subscribeStats", "onDemandTracks")
_BANDS = ((1, 1, 100), (2, 100, 300), (3, 300, 500), (4, 500, 700), (5, 700, 0))  # kbps, 0: no upper bound


@dataclass(frozen=True, kw_only=True)
class Init:
    """What ``GET /init`` does."""

    ground: Ground
    account: Account
    door: Door
    ice_servers: Callable[[], tuple[IceServer, ...]]  # the list as it is offered now
    signalling_url: Callable[[], str]
    origin: str  # https://host:port of the site itself

    async def serve(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play the script; only an answer leaves the connection fit for another request."""
        script = self.door.init_script(request.query.get("peer_id", ""))
        await asyncio.sleep(script.delay)
        match script.answer:
            case Judge() | Answer() | Redirects() as told:
                await send(writer, request, self._answer(request, told), self.ground.now(), script.framing)
            case Silence():
                await reader.read()
            case Reset():
                reset(writer)
            case Cut(after=after):
                await self._cut(writer, after)
            case Flood(size=size):
                await self._flood(writer, size)

    def _answer(self, request: Request, told: Judge | Answer | Redirects) -> Answer:
        match told:
            case Answer():
                return told
            case Judge(reshape=reshape):
                return self._judged(request, reshape(self.configuration()))
            case Redirects(count=count) if (hop := int(request.query.get("hop", "0"))) < count:
                location = f"{self.origin}{INIT_PATH}?hop={hop + 1}"
                return Answer(status=302, headers=(("Location", location),), content_type="text/html")
            case Redirects():
                return self._judged(request, self.configuration())

    def _judged(self, request: Request, configuration: JsonObject) -> Answer:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return error(401, "Authorization header is missing")
        match judge(token.strip(), self.account, self.ground.now()):
            case Accepted():
                return Answer(status=200, body=json.dumps(configuration).encode())
            case Refused(message=message, status=status, details=details):
                return error(status, message, details)

    def configuration(self) -> JsonObject:
        """Give the healthy answer (hms-video-store: signal/init/models)."""
        return {
            "endpoint": self.signalling_url(),
            "log_level": "info",
            "policy": "",
            "rtcConfiguration": {"ice_servers": [_told(server) for server in self.ice_servers()]},
            "config": {
                "enabledFlags": list(_FLAGS),
                "networkHealth": {
                    "url": f"{self.origin}{SPEED_TEST_PATH}",
                    "timeout": 10000,
                    "scoreMap": {str(score): {"low": low, "high": high} for score, low, high in _BANDS},
                },
                "publishStats": {"maxSampleWindowSize": 30, "maxSamplePushInterval": 300},
                "subscribeStats": {"maxSampleWindowSize": 10, "maxSamplePushInterval": 60},
                "dtlsStateTimeouts": {"connecting": 10000, "failed": 5000},
            },
        }

    async def _cut(self, writer: asyncio.StreamWriter, after: int) -> None:
        body = json.dumps(self.configuration()).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        writer.write(head(200, {**common_headers(self.ground.now()), **headers}) + body[:after])
        await writer.drain()

    async def _flood(self, writer: asyncio.StreamWriter, size: int) -> None:
        length = {"Content-Length": str(size)} if size else {"Transfer-Encoding": "chunked"}
        headers = {**common_headers(self.ground.now()), "Content-Type": "application/json", **length}
        writer.write(head(200, headers))
        sent = 0
        while (not size or sent < size) and not writer.is_closing():
            writer.write(_FLOOD[: size - sent] if size else chunk(_FLOOD))
            sent += len(_FLOOD)
            await writer.drain()
            await asyncio.sleep(0)  # a drain that need not wait lets nobody else run, not even the end


def _told(server: IceServer) -> JsonObject:
    return {"urls": list(server.urls), "username": server.username, "credential": server.credential.reveal()}
