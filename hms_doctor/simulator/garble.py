"""A TLS 1.2 server's first flight whose certificate is no certificate (RFC 5246, 7.4.1.3 and 7.4.2)."""

_HANDSHAKE = b"\x16\x03\x03"
_RENEGOTIATION_INFO = b"\xff\x01\x00\x01\x00"  # RFC 5746; OpenSSL 3 ends the handshake without it


def _sized(data: bytes, width: int) -> bytes:
    return len(data).to_bytes(width, "big") + data


def _message(kind: int, body: bytes) -> bytes:
    return _HANDSHAKE + _sized(bytes([kind]) + _sized(body, 3), 2)


_SERVER_HELLO = b"\x03\x03" + bytes(range(32)) + b"\x00" + b"\xc0\x2b" + b"\x00" + _sized(_RENEGOTIATION_INFO, 2)
_CERTIFICATE = _sized(_sized(b"\x30\x82" + b"this is no certificate " * 8, 3), 3)

GARBLED_HANDSHAKE = _message(2, _SERVER_HELLO) + _message(11, _CERTIFICATE)
