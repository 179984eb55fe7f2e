"""The requests of NAT behaviour discovery, and what an answer to one of them means (RFC 5780 sections 4 and 7)."""

from dataclasses import field
from enum import IntEnum
from typing import TypeAlias

from hms_doctor.model.ice.nat import CameIn, Endpoint, Passage, Untold
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.wire.stun.message import (
    Attribute,
    Class,
    Malformed,
    Message,
    Method,
    SocketAddress,
    address_in,
    encode,
    error_of,
    new_transaction,
)


class Change(IntEnum):
    """From where the answer shall come (RFC 5780 section 7.2)."""

    NOTHING = 0
    PORT = 2
    ADDRESS_AND_PORT = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Not answered yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """The server told where it sees us."""


State: TypeAlias = Waiting | Bound | Passage


@dataclass(kw_only=True, slots=True)
class Request:
    """One binding request; ``yardstick`` is the host whose round trip says how long its answer may take."""

    socket: int
    to: Endpoint
    yardstick: str
    change: Change = Change.NOTHING
    transaction: bytes = field(default_factory=new_transaction)
    sent: list[float] = field(default_factory=list)
    state: State = Waiting()

    @property
    def wire(self) -> bytes:
        """Give the datagram."""
        change = ((Attribute.CHANGE_REQUEST, bytes([0, 0, 0, self.change])),) if self.change else ()
        message = Message(method=Method.BINDING, kind=Class.REQUEST, transaction=self.transaction, attributes=change)
        return encode(message)


def refusal(message: Message) -> str:
    """Give an error's code and the server's words."""
    word = error_of(message)
    return f"{word.code} {word.reason}".strip()


def mapped_address(message: Message) -> SocketAddress | Malformed:
    """Read from where the server sees us; servers of RFC 3489 tell it in the clear."""
    xored = address_in(message, Attribute.XOR_MAPPED_ADDRESS)
    return address_in(message, Attribute.MAPPED_ADDRESS) if isinstance(xored, Malformed) else xored


def passage(request: Request, message: Message, origin: Endpoint) -> State:
    """Judge an answer from elsewhere by where it came from: a server may refuse the change, or not know of it."""
    if message.kind is Class.ERROR:
        return Untold(why=f"the server does not answer from elsewhere ({refusal(message)})")
    same_ip, same_port = origin.ip == request.to.ip, origin.port == request.to.port
    if not same_port and same_ip is (request.change is Change.PORT):
        return CameIn(origin=origin)
    return request.state if isinstance(request.state, CameIn) else Untold(why="the server answers from its own address")


def told(state: State) -> Passage:
    """Give how a test of filtering ended; what is still open was not told in time."""
    match state:
        case Waiting() | Bound():
            return Untold(why="the time was over")
        case _:
            return state
