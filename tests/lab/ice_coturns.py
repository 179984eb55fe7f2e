"""Real coturn servers for the lab, each with its own temper, and the certificates they show."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from hms_doctor.simulator.certificates import Root, Validity, issue_leaf, issue_root, new_key, pem, private_pem

USER, PASSWORD, SHARED_SECRET, REALM = "hms", "hmspass", "lab-shared-secret", "lab.test"
PLAIN, TLS, WEB = 3478, 5349, 443
_DAY: Final = timedelta(days=1)
_OTHERS: Final = tuple(f"relay-number-{number}.a-long-name-as-certificates-have-them.lab.test" for number in range(30))
"""More names for the certificate: it fills more than one packet, as those of public issuers do."""


class Server(StrEnum):
    """A coturn by the name it is reached at."""

    MAIN = "turn.lab.test"  # two addresses each family, RFC 5780
    REST = "rest.lab.test"  # logins that expire
    QUOTA = "quota.lab.test"  # one relay a user
    EXPIRED = "expired.lab.test"  # its certificate has expired


@dataclass(frozen=True)
class Place:
    """Where a server is, and how it is set up."""

    addresses: tuple[str, ...]
    options: tuple[str, ...]


_LONG_TERM: Final = ("--lt-cred-mech", "--user", f"{USER}:{PASSWORD}")
PLACES: Final = {
    Server.MAIN: Place(("203.0.113.10", "203.0.113.11", "2001:db8:113::10", "2001:db8:113::11"), _LONG_TERM),
    Server.REST: Place(
        ("203.0.113.20", "2001:db8:113::20"), ("--use-auth-secret", "--static-auth-secret", SHARED_SECRET)
    ),
    Server.QUOTA: Place(("203.0.113.30", "2001:db8:113::30"), (*_LONG_TERM, "--user-quota", "1")),
    Server.EXPIRED: Place(("203.0.113.40", "2001:db8:113::40"), _LONG_TERM),
}


def firsts(server: Server) -> tuple[str, ...]:
    """Give the addresses that the server's name has: the first of each family."""
    found = PLACES[server].addresses
    return (next(ip for ip in found if ":" not in ip), next(ip for ip in found if ":" in ip))


def command(server: Server, folder: Path) -> tuple[str, ...]:
    """Give the command that starts a server."""
    place, own = PLACES[server], folder / server.value
    chain = folder / ("expired.pem" if server is Server.EXPIRED else "good.pem")
    ends = [word for ip in place.addresses for word in ("-L", ip, "-E", ip)]
    web = [word for ip in firsts(server) for word in ("--aux-server", f"[{ip}]:{WEB}" if ":" in ip else f"{ip}:{WEB}")]
    files = ("--userdb", f"{own}.db", "--pidfile", f"{own}.pid", "-l", f"{own}.log", "--simple-log")
    ports = ("-p", str(PLAIN), "--tls-listening-port", str(TLS), "-m", "1")
    secrecy = ("--cert", str(chain), "--pkey", str(chain), "--no-cli", "--no-dtls", "-r", REALM)
    return ("turnserver", "-n", *ends, *web, *ports, *secrecy, *files, *place.options)


def make_certificates(folder: Path) -> None:
    """Write ``ca.pem`` and one chain with its key for each temper."""
    now = datetime.now(tz=UTC)
    lasting, over = Validity(now - _DAY, now + 90 * _DAY), Validity(now - 30 * _DAY, now - _DAY)
    root, portal = Root("hms-doctor lab CA", new_key()), Root("portal.hotel.test", new_key())
    (folder / "ca.pem").write_bytes(pem(issue_root(root, lasting)))
    hosts = (*(server.value for server in Server), *(ip for server in Server for ip in PLACES[server].addresses))
    for name, validity in (("good", lasting), ("expired", over)):
        key = new_key()
        leaf = issue_leaf(root, key, (*hosts, *_OTHERS), validity)
        (folder / f"{name}.pem").write_bytes(pem(leaf) + private_pem(key))
    own = issue_leaf(portal, portal.key, ("portal.hotel.test",), lasting)
    (folder / "portal.pem").write_bytes(pem(own) + private_pem(portal.key))


def rest_login(lives: timedelta) -> tuple[str, str]:
    """Make a login as TURN REST servers do: it says itself when it ends, as 100ms's do (``<Unix time>:``)."""
    username = f"{int((datetime.now(tz=UTC) + lives).timestamp())}:"
    digest = hmac.new(SHARED_SECRET.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()


def urls(server: Server = Server.MAIN, *ways: str) -> tuple[str, ...]:
    """Give a server's URLs, by default every way: ``udp``, ``tcp``, ``udp443``, ``tcp443``, ``tls``, ``tls443``."""
    known = {
        "udp": f"turn:{server}",
        "tcp": f"turn:{server}?transport=tcp",
        "udp443": f"turn:{server}:{WEB}",
        "tcp443": f"turn:{server}:{WEB}?transport=tcp",
        "tls": f"turns:{server}?transport=tcp",
        "tls443": f"turns:{server}:{WEB}?transport=tcp",
    }
    return tuple(known[way] for way in ways or known)
