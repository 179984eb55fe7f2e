"""The simulator as its users see it: open it with a scenario, read where it is and which tokens it takes."""

import asyncio
import secrets
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from hms_doctor.model.ice import IceServer
from hms_doctor.model.secret import Secret
from hms_doctor.simulator.authority import Authority
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.ports import open_port
from hms_doctor.simulator.scenario import INIT_NAME, SIGNAL_NAME, TURN_NAME, Scenario
from hms_doctor.simulator.turn import open_turn

LOOPBACK = "127.0.0.1"


class Simulator:
    """A local 100ms for as long as ``async with`` lasts; nothing of it is left afterwards.

    Raises ``OSError`` on entry where the port or the address is not to be had. Everything below is there once entered.
    """

    init_endpoint: str
    ca_file: Path
    spki: str
    tokens: dict[str, Secret]
    ice_servers: tuple[IceServer, ...]
    nameserver: tuple[str, int]
    portal_url: str

    def __init__(self, scenario: Scenario = Scenario(), *, bind: str = LOOPBACK, port: int = 0) -> None:  # noqa: B008
        self.scenario = scenario
        self.access_key = secrets.token_hex(12)
        self.app_secret = Secret(secrets.token_urlsafe(48))
        self.room_id = secrets.token_hex(12)
        self._bind = bind
        self._port = port
        self._stack = AsyncExitStack()

    @property
    def machine(self) -> str:
        """The script of ``SimulatedMachine``."""
        return self.scenario.machine

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hms-doctor-simulator-")))
            ground = self._break_ground(directory, await stack.enter_async_context(AsyncExitStack()))
            stack.push_async_callback(ground.stop)
            await self._open(ground)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def _break_ground(self, directory: Path, stack: AsyncExitStack) -> Ground:
        authority = Authority(
            directory=directory,
            hosts=tuple(dict.fromkeys((self._bind, LOOPBACK, "localhost", INIT_NAME, SIGNAL_NAME, TURN_NAME))),
            now=datetime.fromtimestamp(time.time() + self.scenario.clock_offset, UTC),
        )
        return Ground(scenario=self.scenario, authority=authority, bind=self._bind, stack=stack)

    async def _open(self, ground: Ground) -> None:
        self.ca_file = ground.authority.ca_file
        self.spki = ground.authority.spki
        self.ice_servers = await open_turn(self.scenario.turn, ground)
        port = open_port(ground, self.scenario.tls, _hear_nothing, self._port)
        self.init_endpoint = f"https://{self._bind}:{port}"
        self.tokens = {}


async def _hear_nothing(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()
