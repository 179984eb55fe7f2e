"""TLS as a client: whom to trust, and the handshake."""

import os
import ssl
from enum import StrEnum
from functools import lru_cache
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.network.server import NoCertificate, TlsFacts
from hms_doctor.model.settings import CaFile, SystemTrust, Trust
from hms_doctor.model.vantage import TrustUse
from hms_doctor.wire.connection.certificates import of_connection
from hms_doctor.wire.connection.classify import classify
from hms_doctor.wire.connection.stream import Stream


class Verify(StrEnum):
    """Whether a certificate is verified."""

    AS_SET = "as set"
    NOTHING = "nothing"
    """To read a certificate that cannot be trusted: nothing secret may be sent over such a connection."""


_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")


async def handshake(
    ctx: Context, stream: Stream, host: str, alpn: tuple[str, ...], verify: Verify
) -> TlsFacts | Failure:
    """Speak TLS over a stream from here on, within the step's time-out."""
    seconds = ctx.patience()
    try:
        context = client_context(ctx.settings.trust, ctx.vantage.trust, verify, alpn)
    except OSError as error:
        detail = f"the trusted certificates cannot be read: {error.strerror or type(error).__name__}"
        return Failure(operation=Operation.TLS, kind=Kind.OTHER, detail=detail)
    began = ctx.clock.monotonic()
    try:
        await stream.start_tls(context, host, seconds)
    except (OSError, ValueError) as error:
        return classify(Operation.TLS, error, seconds)
    ms = 1000 * (ctx.clock.monotonic() - began)
    return _facts(stream, trust_name(ctx.settings.trust, ctx.vantage.trust), ms)


def trust_name(trust: Trust, use: TrustUse) -> str:
    """Name whose certificates are trusted, as the report tells it."""
    if use is TrustUse.PUBLIC:
        return "public roots"
    match trust:
        case CaFile(path=path):
            return f"the file {path}"
        case SystemTrust():
            named = [name for name in _VARIABLES if os.environ.get(name)]
            return f"the system's store and {' and '.join(named)}" if named else "the system's store"


@lru_cache
def client_context(
    trust: Trust, use: TrustUse = TrustUse.AS_SET, verify: Verify = Verify.AS_SET, alpn: tuple[str, ...] = ()
) -> ssl.SSLContext:
    """Give the context for one way of trusting; raises ``OSError`` where a file of certificates cannot be read."""
    context = _trusting(trust, use) if verify is Verify.AS_SET else _trusting_anyone()
    # Python 3.13 rejects private roots without a keyUsage extension by default; browsers take them.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


def _trusting(trust: Trust, use: TrustUse) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if use is TrustUse.PUBLIC:
        import certifi

        context.load_verify_locations(certifi.where())
        return context
    match trust:
        case CaFile(path=path):
            context.load_verify_locations(path)
            return context
        case SystemTrust():
            return _trusting_the_system(context)


def _trusting_the_system(context: ssl.SSLContext) -> ssl.SSLContext:
    # The stores of macOS and Windows know nothing of these variables; OpenSSL's own paths follow them everywhere.
    if any(os.environ.get(name) for name in _VARIABLES):
        context.set_default_verify_paths()
        return context
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _trusting_anyone() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _facts(stream: Stream, trust: str, ms: float) -> TlsFacts:
    ssl_object = stream.writer.get_extra_info("ssl_object")
    if not isinstance(ssl_object, ssl.SSLObject):
        return TlsFacts(version="", cipher="", trust=trust, ms=ms, certificate=NoCertificate(reason="not told by TLS"))
    cipher = ssl_object.cipher()
    return TlsFacts(
        ms=ms,
        version=(ssl_object.version() or "").replace("TLSv", "TLS "),
        cipher=cipher[0] if cipher else "",
        trust=trust,
        certificate=of_connection(ssl_object),
    )
