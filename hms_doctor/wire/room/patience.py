"""How long the steps of a peer connection may take, where the run leaves them that time."""

from typing import Final

from hms_doctor.model.check import Context

_ICE: Final = 5.2
"""Seconds: a little more than the 5 after which the SDK itself tells an interruption (ICE_DISCONNECTION_TIMEOUT)."""
_DTLS: Final = 3.2
"""Seconds for a handshake that repeats its flights after 1 and 2 more (RFC 6347, 4.2.4.1)."""
_OFFER: Final = 3.2
_SHARE: Final = 0.35
_KEPT: Final = 1.5
"""Seconds of a run that are left to those who come after."""


def ice_patience(ctx: Context) -> float:
    """Seconds for ICE to connect; a slow link through a relay on TLS gets more where the run has them."""
    return _within(ctx, max(_ICE, _SHARE * ctx.remaining()))


def dtls_patience(ctx: Context) -> float:
    """Seconds for the DTLS handshake."""
    return _within(ctx, _DTLS)


def offer_patience(ctx: Context, tracks: int) -> float:
    """Seconds for the server's first offer: fewer where nobody sends anything that it could offer."""
    return _within(ctx, _OFFER if tracks else 1.0)


def _within(ctx: Context, wish: float) -> float:
    return max(0.05, min(wish, ctx.remaining() - _KEPT))
