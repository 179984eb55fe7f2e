"""ICE connectivity checks as bytes (RFC 8445 section 7): both ends are ours, so both ask and both answer. No socket."""

import secrets
from enum import Enum, IntEnum
from typing import Final, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.wire.stun.message import (
    Attribute,
    Class,
    Message,
    Method,
    SocketAddress,
    authentic,
    encode,
    new_transaction,
    pack_address,
    parse,
)


class IceAttribute(IntEnum):
    """What RFC 8445 section 16.1 adds to STUN."""

    PRIORITY = 0x0024
    ICE_CONTROLLED = 0x8029
    ICE_CONTROLLING = 0x802A


class Role(Enum):
    """Who would choose the pair (RFC 8445 section 6.1.1); the attribute that says so."""

    CONTROLLING = IceAttribute.ICE_CONTROLLING
    CONTROLLED = IceAttribute.ICE_CONTROLLED


@dataclass(frozen=True, kw_only=True, slots=True)
class IceLogin:
    """What one end is called and how it signs, made up for one proof (RFC 8445 section 5.3)."""

    ufrag: bytes
    password: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A check of the other end came through, with its signature; ``answer`` is to be sent to where it came from."""

    transaction: bytes
    answer: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """The other end answered a check of ours, with its signature."""

    transaction: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class NotOurs:
    """Something else, or a check that nobody signed whom we know."""


Heard: TypeAlias = Asked | Answered | NotOurs

_PRIORITY: Final = (110 << 24 | 65535 << 8 | 255).to_bytes(4, "big")
"""Of a peer-reflexive candidate, component 1 (RFC 8445 sections 5.1.2 and 7.1.1)."""


class Agent:
    """One end of a pair."""

    def __init__(self, own: IceLogin, peer: IceLogin, role: Role) -> None:
        self._own = own
        self._peer = peer
        self._role = (role.value, secrets.token_bytes(8))  # with its tie-breaker, RFC 8445 section 7.3.1.1
        self._open: set[bytes] = set()

    def check(self) -> tuple[bytes, bytes]:
        """Write a check for the other end; give its transaction, by which it is known, and its bytes."""
        transaction = new_transaction()
        self._open.add(transaction)
        username = self._peer.ufrag + b":" + self._own.ufrag
        attributes = ((Attribute.USERNAME, username), (IceAttribute.PRIORITY, _PRIORITY), self._role)
        request = Message(
            method=Method.BINDING, kind=Class.REQUEST, transaction=transaction, attributes=tuple(attributes)
        )
        return transaction, encode(request, self._peer.password)

    def hear(self, data: bytes, source: SocketAddress) -> Heard:
        """Say what a packet means to this end; whatever the bytes are, nothing is raised."""
        match parse(data):
            case Message(method=Method.BINDING, kind=Class.REQUEST) as message if self._is_for_us(message):
                return Asked(transaction=message.transaction, answer=self._answer(message, source))
            case Message(method=Method.BINDING, kind=Class.SUCCESS) as message if self._answers(message):
                return Answered(transaction=message.transaction)
            case _:
                return NotOurs()

    def _is_for_us(self, message: Message) -> bool:
        named = message.value(Attribute.USERNAME) == self._own.ufrag + b":" + self._peer.ufrag
        return named and message.has(Attribute.FINGERPRINT) and authentic(message, self._own.password)

    def _answers(self, message: Message) -> bool:
        return message.transaction in self._open and authentic(message, self._peer.password)

    def _answer(self, message: Message, source: SocketAddress) -> bytes:
        """Signed with the password by which we were asked (RFC 8489 section 9.1.3)."""
        seen = (Attribute.XOR_MAPPED_ADDRESS, pack_address(source, message.transaction))
        success = Message(
            method=Method.BINDING, kind=Class.SUCCESS, transaction=message.transaction, attributes=(seen,)
        )
        return encode(success, self._own.password)


def pair() -> tuple[Agent, Agent]:
    """Make two ends that know each other: the controlling one, then the controlled one."""
    near, far = _made_up(), _made_up()
    return Agent(near, far, Role.CONTROLLING), Agent(far, near, Role.CONTROLLED)


def _made_up() -> IceLogin:
    return IceLogin(ufrag=secrets.token_hex(4).encode(), password=secrets.token_hex(12).encode())
