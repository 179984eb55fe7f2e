"""A server's clock, read from its ``Date`` header."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

from hms_doctor.model.network.server import NoServerTime, ServerTime

_HALF: Final = 0.5  # the header has whole seconds: on average the server is half a second further


def server_time(headers: Mapping[str, str], here: float, source: str) -> ServerTime | NoServerTime:
    """Compare a response's ``Date`` (RFC 9110, 6.6.1) with our clock at that moment (seconds since 1970)."""
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
        return ServerTime(server=told.timestamp() + _HALF, here=here, source=source)
    except (ValueError, TypeError, OverflowError, IndexError):
        return NoServerTime()
