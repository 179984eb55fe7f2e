"""The simulator as its users see it: open it with a scenario, read where it is and which tokens it takes."""

import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from hms_doctor.model.ice.servers import IceServer
from hms_doctor.model.secret import Secret
from hms_doctor.simulator.authority import Authority
from hms_doctor.simulator.crowd import Crowd
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.identity import Identity
from hms_doctor.simulator.init import Init
from hms_doctor.simulator.nameserver import open_nameserver
from hms_doctor.simulator.policy import ROLES
from hms_doctor.simulator.portal import open_portal
from hms_doctor.simulator.ports import play, port_of, reserve
from hms_doctor.simulator.room.door import Door
from hms_doctor.simulator.room.room import Room
from hms_doctor.simulator.scenario import INIT_NAME, SIGNAL_NAME, TURN_NAME, Scenario, SharedPort, TlsScript
from hms_doctor.simulator.site import SIGNALLING_PATH, Site
from hms_doctor.simulator.switching import Everyone, Peers, Playing
from hms_doctor.simulator.token_service import TOKEN_PATH
from hms_doctor.simulator.turn import Offered, open_turn

LOOPBACK = "127.0.0.1"


class Simulator:
    """A local 100ms for as long as ``async with`` lasts; nothing of it is left afterwards.

    Raises ``OSError`` on entry where the port or the address is not to be had. Everything below is there once entered.
    """

    ground: Ground
    init_endpoint: str
    auth_endpoint: str  # where a room code is exchanged for a token
    signalling_url: str
    ca_file: Path
    spki: str
    tokens: dict[str, Secret]
    token_files: dict[str, Path]
    ice_servers: tuple[IceServer, ...]
    nameserver: tuple[str, int]
    portal_url: str

    def __init__(
        self,
        scenario: Scenario = Scenario(),  # noqa: B008
        *,
        bind: str = LOOPBACK,
        port: int = 0,
        identity: Identity | None = None,  # a fresh one where none is given
    ) -> None:
        self.scenario = scenario  # what it was started with
        self._identity = identity or Identity()
        self.account = self._identity.account
        self._bind = bind
        self._port = port
        self._stack = AsyncExitStack()

    @property
    def access_key(self) -> str:
        """The ``access_key`` of good tokens."""
        return self.account.access_key

    @property
    def app_secret(self) -> Secret:
        """The secret that signs good tokens."""
        return self.account.app_secret

    @property
    def room_id(self) -> str:
        """The one room."""
        return self.account.room_id

    @property
    def room_codes(self) -> Mapping[str, str]:
        """The room codes, by role."""
        return self.account.room_codes

    @property
    def machine(self) -> str:
        """The script of ``SimulatedMachine``."""
        return self.scenario.machine

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hms-doctor-simulator-")))
            self.ground = self._break_ground(directory, await stack.enter_async_context(AsyncExitStack()))
            stack.push_async_callback(self.ground.stop)
            await self._open(self.ground)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def switch(self, scenario: Scenario, peers: Peers = Everyone()) -> None:  # noqa: B008
        """Play something else from now on, to everyone or to the peers of one name, where they are or when they come.

        Raises NeedsRestartError, with nothing changed, where the scenario differs from the first one in something that
        is settled at the start: open ports, certificates, tokens.
        """
        self.ground.playing.switch(scenario, peers)

    def _break_ground(self, directory: Path, stack: AsyncExitStack) -> Ground:
        hosts = (self._bind, LOOPBACK, "localhost", INIT_NAME, SIGNAL_NAME, TURN_NAME)
        now = datetime.fromtimestamp(time.time() + self.scenario.clock_offset, UTC)
        authority = Authority(directory=directory, hosts=tuple(dict.fromkeys(hosts)), now=now, identity=self._identity)
        crowd = Crowd()
        playing = Playing(self.scenario, crowd)
        return Ground(playing=playing, crowd=crowd, authority=authority, bind=self._bind, stack=stack)

    async def _open(self, ground: Ground) -> None:
        self.ca_file = ground.authority.ca_file
        self.spki = ground.authority.spki
        self.tokens = {role: self.account.mint(role, ground.now(), self.scenario.token) for role in ROLES}
        self.token_files = {role: ground.authority.keep(f"{role}.jwt", token) for role, token in self.tokens.items()}
        self.nameserver = open_nameserver(ground)
        self.portal_url = f"http://{_literal(self._bind)}:{open_portal(ground)}"
        offered = await open_turn(ground)
        self.ice_servers = offered()
        self._open_site(ground, offered)

    def _open_site(self, ground: Ground, offered: Offered) -> None:
        """Open init's port and, where it has its own, signalling's; each has to know the other's number."""
        script = self.scenario.signalling
        reserved = reserve(ground, self._port)
        elsewhere = reserved if isinstance(script.port, SharedPort) else reserve(ground)
        host = _literal(self.scenario.host or self._bind)
        origin = f"https://{host}:{port_of(reserved)}"
        self.init_endpoint = self.scenario.endpoint.format(host=host, port=port_of(reserved)) or origin
        self.auth_endpoint = f"{origin}{TOKEN_PATH}"
        port = port_of(elsewhere)

        def signalling_url() -> str:
            host_now = ground.scenario.signalling.host or self._bind
            return f"wss://{_literal(host_now)}:{port}{SIGNALLING_PATH}"

        self.signalling_url = signalling_url()
        door = Door(ground, Room(ground, self.account.room_id))
        ground.stack.push_async_callback(door.aclose)
        init = Init(
            ground=ground,
            account=self.account,
            door=door,
            ice_servers=offered,
            signalling_url=signalling_url,
            origin=origin,
        )
        site = Site(ground=ground, account=self.account, init=init, door=door)
        play(ground, self.scenario.tls, site.serve, reserved)
        if isinstance(script.port, TlsScript):
            play(ground, script.port, site.serve, elsewhere)


def _literal(host: str) -> str:
    """Give a host as it stands in a URL (RFC 3986, 3.2.2)."""
    return f"[{host}]" if ":" in host else host
