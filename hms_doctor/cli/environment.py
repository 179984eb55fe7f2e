"""Where a run takes place, as its report tells it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from hms_doctor.model.report.report import Environment
from hms_doctor.model.settings import CaFile, Settings
from hms_doctor.model.vantage import ProxyUse, Seat
from hms_doctor.platforms.seat import this_seat
from hms_doctor.platforms.system import os_name, python_name
from hms_doctor.wire.connection.proxy import Proxy, choose

_TRUST_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def environment_of(settings: Settings, environ: Mapping[str, str]) -> Environment:
    """Describe this machine, the proxies that the endpoint would be reached through, and whose roots are trusted."""
    seat = this_seat(environ)
    return Environment(
        os=os_name(),
        python=python_name(),
        platform=settings.platform,
        seat=seat,
        ci=seat is Seat.CI,
        proxies=dict(_proxies(settings)),
        trust=_trust(settings, environ),
    )


def _proxies(settings: Settings) -> list[tuple[str, str]]:
    try:
        parts = urlsplit(settings.endpoint)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        return []
    routes = {name: choose(settings.proxy, ProxyUse.AS_SET, name, host, port) for name in ("https", "wss", "turns")}
    return [(name, f"{route.scheme}://{route}") for name, route in routes.items() if isinstance(route, Proxy)]


def _trust(settings: Settings, environ: Mapping[str, str]) -> str:
    if isinstance(settings.trust, CaFile):
        return settings.trust.path
    return ", ".join(f"{name}={environ[name]}" for name in _TRUST_VARIABLES if environ.get(name))
