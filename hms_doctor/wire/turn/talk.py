"""A TURN client's side of the talk (RFC 8656), without a socket: what to send next, and what an answer means."""

from typing import Final, TypeAlias

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.wire.stun.framing import OUR_CHANNEL
from hms_doctor.wire.stun.message import (
    Attribute,
    Class,
    Malformed,
    Message,
    Method,
    SocketAddress,
    address_in,
    authentic,
    encode,
    error_of,
    long_term_key,
    new_transaction,
    octets,
    pack_address,
)

UDP: Final = 17
"""The protocol number in REQUESTED-TRANSPORT: a relay forwards UDP whatever carries it to the server."""
UNAUTHENTICATED: Final = 401
STALE_NONCE: Final = 438
LONGEST_LOGIN: Final = 8192
"""Bytes of username, realm and nonce together; RFC 8489 section 14 allows some 2,000, a message 65,535."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """Long-term credentials; ``username`` is empty where the list has none."""

    username: str
    credential: Secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Bytes to send, and the id by which the answer is known."""

    transaction: bytes
    wire: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Granted:
    """A success response."""

    message: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Denied:
    """An error response; ``renewed`` where it brought a realm and a nonce to try again with."""

    code: int
    reason: str
    renewed: bool
    elsewhere: tuple[SocketAddress, ...] = ()  # with 300: where the server sends us (RFC 8489 section 10)


Answer: TypeAlias = Granted | Denied | Failure
_Attributes: TypeAlias = tuple[tuple[int, bytes], ...]


class Talk:
    """What both sides know of each other: login, realm and nonce."""

    def __init__(self, login: Login) -> None:
        self.login = login
        self._realm = b""
        self._nonce = b""
        self._key = b""

    def binding(self) -> Request:
        """Ask from where the server sees us."""
        return _request(Method.BINDING, (), b"")

    def allocate(self) -> Request:
        """Ask for a relay; without a nonce yet this only fetches the challenge (RFC 8489 section 9.2.3.1)."""
        return self._signed(Method.ALLOCATE, (Attribute.REQUESTED_TRANSPORT, bytes([UDP, 0, 0, 0])))

    def bind_channel(self, peer: SocketAddress, channel: int = OUR_CHANNEL) -> Request:
        """Let a peer through and give it a channel number of ours (RFC 8656 section 12.1)."""
        transaction = new_transaction()
        number = (Attribute.CHANNEL_NUMBER, channel.to_bytes(2, "big") + bytes(2))
        address = (Attribute.XOR_PEER_ADDRESS, pack_address(peer, transaction))
        return self._signed(Method.CHANNEL_BIND, number, address, transaction=transaction)

    def delete(self) -> Request:
        """Give the relay back (RFC 8656 section 7: a lifetime of zero)."""
        return self._signed(Method.REFRESH, (Attribute.LIFETIME, bytes(4)))

    def hear(self, message: Message) -> Answer:
        """Say what an answer means, and keep the realm and the nonce that it brings."""
        if message.kind is Class.SUCCESS:
            return Granted(message=message)
        word = error_of(message)
        renews = word.code in {UNAUTHENTICATED, STALE_NONCE} and message.has(Attribute.NONCE)
        if renews and (size := self._login_size(message)) > LONGEST_LOGIN:
            why = f"username, realm and nonce have {size} bytes, too many for a request"
            return Failure(operation=Operation.CHALLENGE, kind=Kind.MALFORMED, detail=why)
        if renews:
            self._renew(message)
        other = address_in(message, Attribute.ALTERNATE_SERVER)
        elsewhere = (other,) if isinstance(other, SocketAddress) else ()
        named = "".join(f": {each.ip} port {each.port}" for each in elsewhere)
        return Denied(code=word.code, reason=word.reason + named, renewed=renews, elsewhere=elsewhere)

    def is_forged(self, message: Message) -> bool:
        """Whether an answer is signed, but not by who knows our password: to be ignored (RFC 8489 section 9.2.5)."""
        return bool(self._key and message.covered) and not authentic(message, self._key)

    def _login_size(self, message: Message) -> int:
        return len(octets(self.login.username) + message.value(Attribute.REALM) + message.value(Attribute.NONCE))

    def _renew(self, message: Message) -> None:
        self._realm = message.value(Attribute.REALM) or self._realm
        self._nonce = message.value(Attribute.NONCE)
        realm = self._realm.decode("utf-8", "surrogateescape")
        self._key = long_term_key(self.login.username, realm, self.login.credential)

    def _signed(self, method: Method, *attributes: tuple[int, bytes], transaction: bytes = b"") -> Request:
        if not self._nonce:
            return _request(method, attributes, b"", transaction)
        login = (
            (Attribute.USERNAME, octets(self.login.username)),
            (Attribute.REALM, self._realm),
            (Attribute.NONCE, self._nonce),
        )
        return _request(method, (*attributes, *login), self._key, transaction)


def relayed_address(granted: Granted) -> SocketAddress | Malformed:
    """Read the address that the server lends (RFC 8656 section 18.5)."""
    return address_in(granted.message, Attribute.XOR_RELAYED_ADDRESS)


def _request(method: Method, attributes: _Attributes, key: bytes, transaction: bytes = b"") -> Request:
    chosen = transaction or new_transaction()
    message = Message(method=method, kind=Class.REQUEST, transaction=chosen, attributes=attributes)
    return Request(transaction=chosen, wire=encode(message, key))
