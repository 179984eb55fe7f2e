"""Exceptions of sockets and TLS, turned into a ``Failure``."""

import asyncio
import errno
import ssl
from collections.abc import Mapping

from hms_doctor.model.failure import Failure, Kind, Operation, silence

_BY_ERRNO: Mapping[int, Kind] = {
    errno.ECONNREFUSED: Kind.REFUSED,
    errno.ECONNRESET: Kind.RESET,
    errno.ECONNABORTED: Kind.RESET,
    errno.EPIPE: Kind.RESET,
    errno.ETIMEDOUT: Kind.SILENT,
    errno.EHOSTUNREACH: Kind.UNREACHABLE,
    errno.ENETUNREACH: Kind.NO_NETWORK,
    errno.ENETDOWN: Kind.NO_NETWORK,
    errno.EADDRNOTAVAIL: Kind.NO_NETWORK,
    errno.EAFNOSUPPORT: Kind.NO_NETWORK,
    # Linux says EPERM of its own filter alone, EACCES of another's too (ICMPv6, administratively prohibited).
    errno.EACCES: Kind.PROHIBITED,
    errno.EPERM: Kind.NOT_PERMITTED,
}
_BY_VERIFY_CODE: Mapping[int, Kind] = {
    # OpenSSL, x509_vfy.h
    9: Kind.TLS_NOT_YET_VALID,
    10: Kind.TLS_EXPIRED,
    62: Kind.TLS_WRONG_NAME,
    64: Kind.TLS_WRONG_NAME,
    18: Kind.TLS_SELF_SIGNED,
    19: Kind.TLS_UNKNOWN_ISSUER,
    2: Kind.TLS_UNKNOWN_ISSUER,
    20: Kind.TLS_UNKNOWN_ISSUER,
    21: Kind.TLS_UNKNOWN_ISSUER,
    # Windows, winerror.h (CERT_E_*), as truststore passes them on
    0x800B0101: Kind.TLS_EXPIRED,
    0x800B010F: Kind.TLS_WRONG_NAME,
    0x800B0109: Kind.TLS_UNKNOWN_ISSUER,
    0x800B010A: Kind.TLS_UNKNOWN_ISSUER,
    # macOS, SecBase.h
    -67818: Kind.TLS_EXPIRED,
    -67819: Kind.TLS_NOT_YET_VALID,
    -67602: Kind.TLS_WRONG_NAME,
    -67843: Kind.TLS_UNKNOWN_ISSUER,
    -25318: Kind.TLS_UNKNOWN_ISSUER,
}
_NOT_TLS = (
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "UNKNOWN_PROTOCOL",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
)


def classify(operation: Operation, error: BaseException, waited: float = 0.0) -> Failure:
    """Name what an exception of a socket, a stream or TLS says; ``waited`` is what a time-out stood for, in seconds."""
    if isinstance(error, TimeoutError) and error.errno is None:
        return silence(operation, waited)
    kind, detail = _name(error)
    return Failure(operation=operation, kind=kind, detail=detail)


def _name(error: BaseException) -> tuple[Kind, str]:
    match error:
        case ssl.SSLCertVerificationError():
            return _BY_VERIFY_CODE.get(error.verify_code, Kind.TLS_REJECTED), error.verify_message
        case ssl.SSLError():
            return _broken_tls(error)
        case OSError(errno=int(number)):
            return _BY_ERRNO.get(number, Kind.OTHER), errno.errorcode.get(number, str(number))
        # asyncio tells an end of file in the middle of a TLS handshake as a reset without a number.
        case EOFError() | ConnectionError():
            return Kind.CLOSED, ""
        case asyncio.LimitOverrunError():
            return Kind.TOO_LARGE, ""
        case _:
            return Kind.OTHER, type(error).__name__


def _broken_tls(error: ssl.SSLError) -> tuple[Kind, str]:
    reason = error.reason or ""
    if reason in _NOT_TLS:
        return Kind.TLS_PROTOCOL, reason
    if isinstance(error, ssl.SSLEOFError) or "EOF" in reason:
        return Kind.CLOSED, ""
    return Kind.TLS_HANDSHAKE, reason
