"""STUN messages as bytes (RFC 8489): encode, parse, sign, check. No socket, and no exception on any bytes."""

import ipaddress
import os
import struct
import zlib
from enum import IntEnum
from typing import Final, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret

MAGIC: Final = 0x2112A442
HEADER: Final = struct.Struct("!HHI12s")
TEXT_LIMIT: Final = 128
"""Characters of a server's reason or software text that are kept."""
_FINGERPRINT_XOR: Final = 0x5354554E
_INTEGRITY_SIZE: Final = 24
_FINGERPRINT_SIZE: Final = 8
_LEAST_ERROR: Final = 4


class Method(IntEnum):
    """RFC 8489 section 18.2, RFC 8656 section 17."""

    BINDING = 0x001
    ALLOCATE = 0x003
    REFRESH = 0x004
    CHANNEL_BIND = 0x009


class Class(IntEnum):
    """RFC 8489 section 5."""

    REQUEST = 0b00
    INDICATION = 0b01
    SUCCESS = 0b10
    ERROR = 0b11


class Attribute(IntEnum):
    """The attributes that a client of STUN and TURN writes or reads (RFC 8489 section 18.3, RFC 8656 section 18)."""

    MAPPED_ADDRESS = 0x0001
    CHANGE_REQUEST = 0x0003  # RFC 5780 section 7.2
    USERNAME = 0x0006
    MESSAGE_INTEGRITY = 0x0008
    ERROR_CODE = 0x0009
    CHANNEL_NUMBER = 0x000C
    LIFETIME = 0x000D
    XOR_PEER_ADDRESS = 0x0012
    REALM = 0x0014
    NONCE = 0x0015
    XOR_RELAYED_ADDRESS = 0x0016
    REQUESTED_TRANSPORT = 0x0019
    XOR_MAPPED_ADDRESS = 0x0020
    SOFTWARE = 0x8022
    ALTERNATE_SERVER = 0x8023
    FINGERPRINT = 0x8028
    OTHER_ADDRESS = 0x802C  # RFC 5780 section 7.4


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One STUN message. ``covered`` holds the bytes that its MESSAGE-INTEGRITY covers, empty where it has none."""

    method: int
    kind: Class
    transaction: bytes
    attributes: tuple[tuple[int, bytes], ...] = ()
    covered: bytes = b""

    def has(self, attribute: Attribute) -> bool:
        """Whether the attribute is there, be it empty."""
        return any(number == attribute for number, _ in self.attributes)

    def value(self, attribute: Attribute) -> bytes:
        """Give the first value of an attribute, empty where it is absent."""
        return next((value for number, value in self.attributes if number == attribute), b"")

    def text(self, attribute: Attribute) -> str:
        """Give an attribute as text; coturn pads its reasons with NULs."""
        return _text(self.value(attribute))


@dataclass(frozen=True, kw_only=True, slots=True)
class Malformed:
    """Bytes that are no STUN message, and why."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SocketAddress:
    """An IP address, as text, and a port."""

    ip: str
    port: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorWord:
    """An ERROR-CODE; 0 where the answer named none."""

    code: int
    reason: str


Parsed: TypeAlias = Message | Malformed


def new_transaction() -> bytes:
    """Give 96 random bits (RFC 8489 section 5: unguessable)."""
    return os.urandom(12)


def long_term_key(username: str, realm: str, credential: Secret) -> bytes:
    """Give the key of the long-term mechanism (RFC 8489 section 9.2.2)."""
    login = octets(f"{username}:{realm}:{credential.reveal()}")
    from hashlib import md5  # a plain binding needs none of OpenSSL's digests

    return md5(login, usedforsecurity=False).digest()


def octets(text: str) -> bytes:
    """Write text as UTF-8: bytes of a command line or of a realm as they came, a lone surrogate as browsers do."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # JSON can hold half a character; USVString (Web IDL 3.2.10) has U+FFFD for it
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def encode(message: Message, key: bytes = b"") -> bytes:
    """Write a message, signed where there is a key, always with a FINGERPRINT."""
    body = b"".join(_attribute(number, value) for number, value in message.attributes)
    if key:
        covered = _header(message, len(body) + _INTEGRITY_SIZE) + body
        body += _attribute(Attribute.MESSAGE_INTEGRITY, _signature(key, covered))
    head = _header(message, len(body) + _FINGERPRINT_SIZE)
    return head + body + _attribute(Attribute.FINGERPRINT, _fingerprint(head + body))


def parse(data: bytes) -> Parsed:
    """Read one whole message; whatever the bytes are, nothing is raised."""
    if len(data) < HEADER.size:
        return Malformed(why=f"{len(data)} bytes are too short for a STUN message")
    word, length, magic, transaction = HEADER.unpack_from(data)
    if word >> 14 or magic != MAGIC:
        return Malformed(why="no STUN header")
    if length % 4 or length != len(data) - HEADER.size:
        return Malformed(why="the length in the header is wrong")
    kind = Class((word >> 7 & 0b10) | (word >> 4 & 0b01))
    method = (word & 0x000F) | (word & 0x00E0) >> 1 | (word & 0x3E00) >> 2
    return _with_attributes(data, Message(method=method, kind=kind, transaction=transaction))


def authentic(message: Message, key: bytes) -> bool:
    """Whether the message is signed with this key."""
    from hmac import compare_digest

    signature = message.value(Attribute.MESSAGE_INTEGRITY)
    return bool(message.covered) and compare_digest(signature, _signature(key, message.covered))


def _signature(key: bytes, covered: bytes) -> bytes:
    from hmac import digest

    return digest(key, covered, "sha1")


def error_of(message: Message) -> ErrorWord:
    """Read the ERROR-CODE (RFC 8489 section 14.8)."""
    value = message.value(Attribute.ERROR_CODE)
    if len(value) < _LEAST_ERROR:
        return ErrorWord(code=0, reason="")
    return ErrorWord(code=(value[2] & 0b111) * 100 + value[3], reason=_text(value[4:]))


def pack_address(address: SocketAddress, transaction: bytes) -> bytes:
    """Write a XOR address attribute's value (RFC 8489 section 14.2)."""
    packed = ipaddress.ip_address(address.ip).packed
    family = 1 if len(packed) == 4 else 2  # noqa: PLR2004 - bytes of an IPv4 address
    return struct.pack("!xB", family) + _xor(struct.pack("!H", address.port) + packed, transaction)


def address_in(message: Message, attribute: Attribute) -> SocketAddress | Malformed:
    """Read an address attribute, XORed or plain."""
    value = message.value(attribute)
    if (value[1:2], len(value)) not in {(b"\x01", 8), (b"\x02", 20)}:
        return Malformed(why=f"no usable {attribute.name}")
    plain = value[2:] if attribute in _PLAIN_ADDRESSES else _xor(value[2:], message.transaction)
    return SocketAddress(ip=str(ipaddress.ip_address(plain[2:])), port=int.from_bytes(plain[:2], "big"))


_PLAIN_ADDRESSES: Final = frozenset({Attribute.MAPPED_ADDRESS, Attribute.ALTERNATE_SERVER, Attribute.OTHER_ADDRESS})


def _with_attributes(data: bytes, message: Message) -> Parsed:
    found: list[tuple[int, bytes]] = []
    covered, at = b"", HEADER.size
    while at < len(data):
        number, size = struct.unpack_from("!HH", data, at)
        value = data[at + 4 : at + 4 + size]
        if len(value) < size:
            return Malformed(why="an attribute is longer than the message")
        if number == Attribute.FINGERPRINT and value != _fingerprint(data[:at]):
            return Malformed(why="the FINGERPRINT does not match")
        if number == Attribute.FINGERPRINT or not covered:  # what follows the signature is not signed
            found.append((number, value))
        if number == Attribute.MESSAGE_INTEGRITY and not covered:
            covered = _header(message, at - HEADER.size + _INTEGRITY_SIZE) + data[HEADER.size : at]
        at += 4 + size + -size % 4
    return Message(
        method=message.method,
        kind=message.kind,
        transaction=message.transaction,
        attributes=tuple(found),
        covered=covered,
    )


def _header(message: Message, length: int) -> bytes:
    method, kind = message.method, message.kind
    word = (method & 0x000F) | (method & 0x0070) << 1 | (method & 0x0F80) << 2 | (kind & 0b01) << 4 | (kind & 0b10) << 7
    return HEADER.pack(word, length, MAGIC, message.transaction)


def _attribute(number: int, value: bytes) -> bytes:
    return struct.pack("!HH", number, len(value)) + value + bytes(-len(value) % 4)


def _fingerprint(before: bytes) -> bytes:
    return (zlib.crc32(before) ^ _FINGERPRINT_XOR).to_bytes(4, "big")


def _xor(value: bytes, transaction: bytes) -> bytes:
    """XOR the port with the first half of the cookie, and the address with the cookie and the transaction id."""
    cookie = MAGIC.to_bytes(4, "big")
    return bytes(byte ^ pad for byte, pad in zip(value, cookie[:2] + cookie + transaction, strict=False))


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace").replace("\0", "").strip()[:TEXT_LIMIT]
