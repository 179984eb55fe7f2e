"""A second handshake beside the first, trusting the public roots alone, to tell who vouches for a certificate."""

from dataclasses import replace
from typing import Final, TypeAlias

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Kind
from hms_doctor.model.network.server import CertificateFacts
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import CaFile
from hms_doctor.model.vantage import TrustUse
from hms_doctor.wire.connection.dial import Dialled, Target, dial
from hms_doctor.wire.connection.proxy import is_loopback

UNTRUSTED: Final = frozenset({Kind.TLS_UNKNOWN_ISSUER, Kind.TLS_SELF_SIGNED, Kind.TLS_REJECTED})
"""Failures that speak of the certificate's issuer."""


@dataclass(frozen=True, kw_only=True)
class NotCompared:
    """The public roots were not asked, or did not answer in time."""

    why: str


@dataclass(frozen=True, kw_only=True)
class PubliclyTrusted:
    """The public roots vouch for the certificate too."""


@dataclass(frozen=True, kw_only=True)
class Intercepted:
    """The public roots do not vouch for the certificate."""

    issuer: str


PublicView: TypeAlias = NotCompared | PubliclyTrusted | Intercepted


async def public_view(ctx: Context, target: Target) -> PublicView:
    """Ask the public roots about a server; not on loopback, nor where one CA file was given on purpose."""
    if isinstance(ctx.settings.trust, CaFile):
        return NotCompared(why="only the given CA file is trusted")
    if is_loopback(target.host) or ctx.vantage.trust is TrustUse.PUBLIC:
        return NotCompared(why="not asked here")
    seen = await dial(replace(ctx, vantage=replace(ctx.vantage, trust=TrustUse.PUBLIC)), target)
    if isinstance(seen, Dialled):
        await seen.stream.aclose()
        return PubliclyTrusted()
    if seen.failure.kind not in UNTRUSTED:
        return NotCompared(why=str(seen.failure))
    issuer = seen.certificate.issuer if isinstance(seen.certificate, CertificateFacts) else "an unknown issuer"
    return Intercepted(issuer=issuer)
