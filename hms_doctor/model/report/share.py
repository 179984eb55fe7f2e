"""``--share``: the report without what points at a person or a network; equal things stay recognisably equal."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from hms_doctor.model.json import JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.clean import map_text
from hms_doctor.model.report.report import Report

_IPV4: Final = re.compile(r"(?<![\d.])(?:\d{1,3}[.-]){3}\d{1,3}(?![\d]|[.-]\d)")
_IPV6: Final = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4})(?:%\w+)?(?![\w:])"
)
_MAC: Final = re.compile(
    r"(?<![0-9A-Fa-f][:_-])(?<!\w)(?:dev_)?[0-9A-Fa-f]{2}(?:([:_-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![:_-]?[0-9A-Fa-f])"
)
_HOME: Final = re.compile(r"(?:/home/|/Users/|[A-Za-z]:\\{1,2}Users\\{1,2})[^/\\\s:\"']+")
_PRIVATE_NAME: Final = re.compile(
    r"(?<![\w.-])(?:[\w-]+\.)+(?:local|localdomain|lan|internal|intranet|corp|home|home\.arpa|test)(?![\w-])",
    re.IGNORECASE,
)
_SAYS_NOTHING: Final = frozenset({"root", "user", "host", "guest", "admin", "runner", "default", "localhost", "camera"})
"""Names that point at nobody and are words of the report itself."""
_DEVICE_MEMBERS: Final = frozenset({"name", "id", "device", "label", "adapter", "card", "microphone", "output"})

Replace: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Names:
    """What this machine and its people are called; the command line asks the platform for them."""

    hosts: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()


def share(report: Report, names: Names) -> Report:
    """Give the report without IP and hardware addresses, device names, host and user names and home paths."""
    return map_text(report, _Pseudonyms(names, _devices(report), _users(report), _proxies(report)).applied)


class _Pseudonyms:
    """Gives each real thing one name that tells nothing, the same for the whole report."""

    def __init__(self, names: Names, devices: Iterable[str], users: Iterable[str], proxies: Iterable[str]) -> None:
        self._given: dict[tuple[str, str], str] = {}
        self._steps: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
            (_any_of(names.homes), lambda _found: "~"),
            (_HOME, lambda _found: "~"),
            (_any_of((*names.devices, *devices)), lambda found: self._alias("device", found[0])),
            (_MAC, lambda found: self._alias("mac", re.sub(r"\W|_|^dev", "", found[0]))),
            (_IPV6, self._address),
            (_IPV4, self._address),
            (_any_of((*names.hosts, *proxies)), lambda found: self._alias("host", found[0])),
            (_PRIVATE_NAME, lambda found: self._alias("host", found[0])),
            (_any_of((*names.users, *users)), lambda found: self._alias("user", found[0])),
        )

    def applied(self, text: str) -> str:
        for pattern, instead in self._steps:
            text = pattern.sub(instead, text)
        return text

    def _alias(self, kind: str, real: str) -> str:
        count = sum(1 for each, _real in self._given if each == kind)
        return self._given.setdefault((kind, real.lower()), f"{kind}-{count + 1}")

    def _address(self, found: re.Match[str]) -> str:
        try:
            address = ip_address(found[0].replace("-", "."))
        except ValueError:
            return found[0]
        return self._alias("ip", str(_as_ipv4(address)))


def _as_ipv4(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Match any of the names where it stands as a word of its own, the longest first."""
    telling = {name for name in names if len(name) > 1 and name.lower() not in _SAYS_NOTHING}
    words = "|".join(re.escape(name) for name in sorted(telling, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])" if words else r"(?!)", re.IGNORECASE)


def _proxies(report: Report) -> Iterator[str]:
    for url in report.environment.proxies.values():
        yield urlsplit(url if "//" in url else f"//{url}").hostname or ""


def _devices(report: Report) -> Iterator[str]:
    """Give what devices are called in the list of devices and in the evidence of the checks that asked them."""
    yield from _named(report.extra.get("devices"))
    for result in report.checks:
        if result.group == "devices":
            for finding in result.findings:
                yield from _named(finding.evidence)


def _users(report: Report) -> Iterator[str]:
    """Give the users whom a device's access control list lets in."""
    for result in report.checks:
        for finding in result.findings if result.group == "devices" else ():
            nodes = finding.evidence.get("nodes")
            for node in nodes if isinstance(nodes, list | tuple) else ():
                listed = node.get("acl") if isinstance(node, Mapping) else ()
                yield from (str(user) for user in (listed if isinstance(listed, list | tuple) else ()))


def _named(value: JsonValue) -> Iterator[str]:
    match value:
        case str():
            return
        case Mapping():
            for key, item in value.items():
                if isinstance(item, str) and key in _DEVICE_MEMBERS and not item.startswith("/dev/"):
                    yield item
                if key != "holder":  # a program, no device
                    yield from _named(item)
        case list() | tuple():
            for item in value:
                yield from _named(item)
        case _:
            return
