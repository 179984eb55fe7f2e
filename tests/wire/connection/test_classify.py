import asyncio
import errno
import ssl

import pytest

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.wire.connection.classify import classify


def unverified(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "verify failed")
    error.verify_code, error.verify_message = code, "as OpenSSL says it"
    return error


def broken(reason: str, kind: type[ssl.SSLError] = ssl.SSLError) -> ssl.SSLError:
    error = kind(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "kind", "detail"),
    [
        (OSError(errno.ECONNREFUSED, ""), Kind.REFUSED, "ECONNREFUSED"),
        (OSError(errno.ECONNRESET, ""), Kind.RESET, "ECONNRESET"),
        (OSError(errno.EPIPE, ""), Kind.RESET, "EPIPE"),
        (OSError(errno.ETIMEDOUT, ""), Kind.SILENT, "ETIMEDOUT"),
        (OSError(errno.EHOSTUNREACH, ""), Kind.UNREACHABLE, "EHOSTUNREACH"),
        (OSError(errno.ENETUNREACH, ""), Kind.NO_NETWORK, "ENETUNREACH"),
        (OSError(errno.EADDRNOTAVAIL, ""), Kind.NO_NETWORK, "EADDRNOTAVAIL"),
        (OSError(errno.EPERM, ""), Kind.NOT_PERMITTED, "EPERM"),
        (OSError(errno.EMFILE, ""), Kind.OTHER, "EMFILE"),
        (OSError(99999, ""), Kind.OTHER, "99999"),
        (ConnectionResetError(), Kind.CLOSED, ""),
        (EOFError(), Kind.CLOSED, ""),
        (asyncio.IncompleteReadError(b"", 1), Kind.CLOSED, ""),
        (asyncio.LimitOverrunError("", 0), Kind.TOO_LARGE, ""),
        (ValueError("a secret"), Kind.OTHER, "ValueError"),
        (unverified(10), Kind.TLS_EXPIRED, "as OpenSSL says it"),
        (unverified(9), Kind.TLS_NOT_YET_VALID, "as OpenSSL says it"),
        (unverified(62), Kind.TLS_WRONG_NAME, "as OpenSSL says it"),
        (unverified(64), Kind.TLS_WRONG_NAME, "as OpenSSL says it"),
        (unverified(18), Kind.TLS_SELF_SIGNED, "as OpenSSL says it"),
        (unverified(19), Kind.TLS_UNKNOWN_ISSUER, "as OpenSSL says it"),
        (unverified(20), Kind.TLS_UNKNOWN_ISSUER, "as OpenSSL says it"),
        (unverified(21), Kind.TLS_UNKNOWN_ISSUER, "as OpenSSL says it"),
        (unverified(0x800B0109), Kind.TLS_UNKNOWN_ISSUER, "as OpenSSL says it"),
        (unverified(-67818), Kind.TLS_EXPIRED, "as OpenSSL says it"),
        (unverified(66), Kind.TLS_REJECTED, "as OpenSSL says it"),
        (broken("WRONG_VERSION_NUMBER"), Kind.TLS_PROTOCOL, "WRONG_VERSION_NUMBER"),
        (broken("HTTP_REQUEST"), Kind.TLS_PROTOCOL, "HTTP_REQUEST"),
        (broken("SSLV3_ALERT_HANDSHAKE_FAILURE"), Kind.TLS_HANDSHAKE, "SSLV3_ALERT_HANDSHAKE_FAILURE"),
        (broken("UNEXPECTED_EOF_WHILE_READING"), Kind.CLOSED, ""),
        (broken("", ssl.SSLEOFError), Kind.CLOSED, ""),
        (broken(""), Kind.TLS_HANDSHAKE, ""),
    ],
)
def test_what_an_exception_says(error: BaseException, kind: Kind, detail: str) -> None:
    assert classify(Operation.TLS, error) == Failure(operation=Operation.TLS, kind=kind, detail=detail)


def test_a_time_out_is_the_peers_silence_only_after_a_second() -> None:
    assert classify(Operation.HTTP, TimeoutError(), 3.0).kind is Kind.SILENT
    assert classify(Operation.HTTP, TimeoutError(), 0.4) == Failure(
        operation=Operation.HTTP, kind=Kind.CUT_OFF, detail="0.4 s"
    )
