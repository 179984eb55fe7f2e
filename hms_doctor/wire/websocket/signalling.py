"""The signalling conversation as the SDK opens it, up to the point where nobody has seen us enter the room."""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Self, TypeAlias
from uuid import uuid4

from hms_doctor.model.check import Clock, Context
from hms_doctor.model.failure import Failure, Kind
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.server import RolePolicy, SignallingUrl
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.signalling.messages import POLICY, Answer, Garbage, Message, Push, ServerFault, parse_message
from hms_doctor.model.signalling.websocket import (
    BadUrl,
    Broken,
    Closed,
    Ended,
    HandshakeSilent,
    Lost,
    NotDialled,
    NotOpened,
    Quiet,
    RequestSwallowed,
)
from hms_doctor.wire.connection.dial import DialFailed, Dialled, Target, dial
from hms_doctor.wire.connection.packet_size import large_packets_vanish
from hms_doctor.wire.http.user_agent import user_agent_v2
from hms_doctor.wire.websocket.open_websocket import Binary, Received, Text, Websocket
from hms_doctor.wire.websocket.upgrade import WebsocketUrl, upgrade, websocket_url

PING_EVERY: Final = 3.0
"""Seconds that the SDK lets pass between a pong and its next ping."""
MOST_MESSAGES: Final = 2000
"""Messages without a policy after which waiting for it makes no sense."""

Heard: TypeAlias = Message | Ended | Quiet
_MOST_KEPT: Final = 64
"""Pushes before the policy that are kept for who joins."""


@dataclass(frozen=True, kw_only=True)
class NoPolicy:
    """The policy did not come; what came instead, by method, and what could not be understood."""

    waited: float
    methods: tuple[str, ...] = ()
    garbage: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PolicyLost:
    """The policy did not come on a way on which nothing passes that fills a packet."""

    waited: float


class Conversation:
    """JSON-RPC over one open websocket. Whoever has it closes it; ``Context.keep`` does that at the run's end."""

    def __init__(self, websocket: Websocket, *, clock: Clock, steps: Mapping[str, float]) -> None:
        self._websocket = websocket
        self._clock = clock
        self._asked: dict[str, float] = {}
        self._last_ping = ""
        self.steps = steps
        self.round_trips: list[float] = []
        """Milliseconds from a ping to its answer, one entry an answered ping."""
        self.answered = True
        """Whether anything at all came since the last ping: to the SDK every message is a pong."""
        self.early: deque[Push] = deque(maxlen=_MOST_KEPT)
        """What was pushed before somebody read the room's messages (``room-state`` may come before the policy)."""

    @property
    def is_over(self) -> bool:
        """Whether the websocket is closed or lost."""
        return self._websocket.is_over

    async def ping(self, patience: float) -> None:
        """Send the SDK's ``ping``; ``hear`` notes its answer."""
        number = str(uuid4())
        timestamp = int(self._clock.wall() * 1000)
        params: JsonObject = {"timestamp": timestamp}
        message: JsonObject = {"method": "ping", "params": params, "id": number, "jsonrpc": "2.0"}
        self._last_ping = number
        self._asked[number] = self._clock.monotonic()
        self.answered = False
        await self.say(message, patience)

    async def hear(self, patience: float) -> Heard:
        """Give the next message, or how the connection ended, or that nothing came in ``patience`` seconds."""
        match await self.receive(patience):
            case Text(text=text):
                return self._note(parse_message(text))
            case Binary(size=size):
                return Garbage(what=f"a binary message of {size} bytes")
            case other:
                return other

    async def receive(self, patience: float) -> Received:
        """Give the next message as it came; a pong in it is for ``note_answer``."""
        received = await self._websocket.receive(patience)
        self.answered = self.answered or isinstance(received, Text | Binary)
        return received

    async def say(self, message: JsonObject, patience: float) -> None:
        """Send one message; what goes wrong is told by the next ``receive``."""
        await self._websocket.send(json.dumps(message), patience)

    def note_answer(self, number: str) -> None:
        """Time the answer to a ping; other answers are nobody's here."""
        if number in self._asked:
            self.round_trips.append(1000 * (self._clock.monotonic() - self._asked.pop(number)))

    async def listen(self, seconds: float, *, for_pong: bool) -> ServerFault | Ended | Quiet:
        """Let messages come for a while, or until our last ping is answered; ``Quiet``: nothing bad happened."""
        began = self._clock.monotonic()
        while self._last_ping in self._asked or not for_pong:
            heard = await self.hear(max(0.0, began + seconds - self._clock.monotonic()))
            if isinstance(heard, ServerFault | Closed | Broken | Lost | Quiet):
                return heard
        return Quiet(waited=self._clock.monotonic() - began)

    async def aclose(self) -> None:
        """Close with 1000, within a bounded time; more than once does no harm."""
        await self._websocket.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def _note(self, message: Message) -> Message:
        match message:
            case Answer(id=number):
                self.note_answer(number)
            case Push():
                self.early.append(message)
            case _:
                pass
        return message


@dataclass(frozen=True, kw_only=True)
class LiveSignalling:
    """An open conversation after the policy, and what it takes to open another."""

    server: SignallingUrl
    conversation: Conversation


async def converse(ctx: Context, server: SignallingUrl) -> Conversation | NotOpened:
    """Open the websocket at the URL that init gave, as the SDK does (transport/index.ts: openSignal)."""
    url = url_to_open(server)
    if isinstance(url, BadUrl):
        return NotOpened(outcome=url)
    dialled = await dial(ctx, _target(url))
    if isinstance(dialled, DialFailed):
        outcome = NotDialled(failure=dialled.failure, address=dialled.address)
        return NotOpened(outcome=outcome, via=dialled.via, steps=dialled.steps)
    try:
        opened = await _open(ctx, dialled, url)
    except BaseException:
        await dialled.stream.aclose()
        raise
    if isinstance(opened, NotOpened):
        await dialled.stream.aclose()
        return await _looked_into(ctx, url, opened)
    return opened


async def _looked_into(ctx: Context, url: WebsocketUrl, opened: NotOpened) -> NotOpened:
    """Tell a server that ignores the upgrade from a way on which a request of its size is lost."""
    match opened.outcome:
        case HandshakeSilent(failure=Failure(kind=Kind.SILENT) as failure, begun=False):
            swallowed = await large_packets_vanish(ctx, _target(url))
            return replace(opened, outcome=RequestSwallowed(failure=failure)) if swallowed else opened
        case _:
            return opened


async def look_into_silence(ctx: Context, server: SignallingUrl, seen: NoPolicy) -> NoPolicy | PolicyLost:
    """Tell a server that sends no policy from a way on which the policy, a message of some kilobytes, is lost."""
    url = url_to_open(server)
    if seen.garbage or isinstance(url, BadUrl) or not await large_packets_vanish(ctx, _target(url)):
        return seen
    return PolicyLost(waited=seen.waited)


def _target(url: WebsocketUrl) -> Target:
    return Target(host=url.host, port=url.port, protocol="wss" if url.secure else "ws")


def url_to_open(server: SignallingUrl) -> WebsocketUrl | BadUrl:
    """Add what the SDK adds to the URL; its query then carries the token."""
    query = {
        "peer": server.peer_id,
        "token": server.token.reveal(),
        "user_agent_v2": user_agent_v2(),
        "protocol_version": "2.5",
        "protocol_spec": "20250115",
    }
    return websocket_url(server.url, query)


async def _open(ctx: Context, dialled: Dialled, url: WebsocketUrl) -> Conversation | NotOpened:
    began, patience = ctx.clock.monotonic(), ctx.patience()
    ctx.waiting(f"the websocket upgrade at {url.host}", patience)
    opened = await upgrade(dialled.stream, url, patience)
    steps = {**dialled.steps, "upgrade_ms": 1000 * (ctx.clock.monotonic() - began)}
    if isinstance(opened, Websocket):
        return Conversation(opened, clock=ctx.clock, steps=steps)
    return NotOpened(outcome=opened, via=dialled.via, steps=steps)


async def await_policy(ctx: Context, conversation: Conversation) -> RolePolicy | ServerFault | Ended | NoPolicy:
    """Wait for ``on-policy-change``, which the server sends unasked, and pass over everything else."""
    patience, began = ctx.patience(), ctx.clock.monotonic()
    ctx.waiting(POLICY, patience)
    methods: list[str] = []
    garbage: list[str] = []
    for _ in range(MOST_MESSAGES):
        match await conversation.hear(max(0.0, began + patience - ctx.clock.monotonic())):
            case RolePolicy() | ServerFault() | Closed() | Broken() | Lost() as settled:
                return settled
            case Push(method=method):
                methods.append(method)
            case Garbage(what=what):
                garbage.append(what)
            case Answer():
                pass
            case Quiet():
                break
    return NoPolicy(waited=ctx.clock.monotonic() - began, methods=tuple(methods), garbage=tuple(garbage))
