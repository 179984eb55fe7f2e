"""A way through a proxy: CONNECT (RFC 9110, 9.3.6) and SOCKS 5 (RFC 1928, RFC 1929)."""

import asyncio
import struct
from ipaddress import ip_address
from typing import Final

from hms_doctor.model.failure import Failure, Kind, Operation, silence
from hms_doctor.wire.connection.classify import classify
from hms_doctor.wire.connection.proxy import Proxy
from hms_doctor.wire.connection.stream import Stream

_AUTH: Final = frozenset({401, 407})  # tinyproxy says 401 to a wrong login
_UPSTREAM: Final = frozenset({500, 502, 503, 504})  # tinyproxy says 500 where it cannot connect


async def tunnel(stream: Stream, proxy: Proxy, host: str, port: int, seconds: float) -> Stream | Failure:
    """Ask a connected proxy for a tunnel to a host, whose name the proxy looks up; gives the same stream back."""
    try:
        async with asyncio.timeout(seconds):
            if proxy.scheme.startswith("socks"):
                return await _socks(stream, proxy, host, port)
            return await _connect(stream, proxy, host, port)
    except TimeoutError:
        return silence(Operation.PROXY, seconds)
    except (OSError, EOFError, asyncio.LimitOverrunError) as error:
        failure = classify(Operation.PROXY, error, seconds)
        return _not_http("an endless header") if failure.kind is Kind.TOO_LARGE else failure


async def _connect(stream: Stream, proxy: Proxy, host: str, port: int) -> Stream | Failure:
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    login = f"Proxy-Authorization: {proxy.basic.reveal()}\r\n" if proxy.basic else ""
    stream.writer.write(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{login}\r\n".encode())
    await stream.writer.drain()
    head = await stream.reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status, reason = _status(lines[0])
    if not status:
        return _not_http(lines[0][:60])
    if 200 <= status < 300:  # noqa: PLR2004
        return stream
    return refusal(status, reason, _schemes(lines[1:]), has_login=bool(login))


def _status(line: str) -> tuple[int, str]:
    version, _, rest = line.partition(" ")
    digits, _, reason = rest.strip().partition(" ")
    if not version.startswith("HTTP/") or len(digits) != 3 or not (digits.isascii() and digits.isdecimal()):  # noqa: PLR2004
        return 0, ""
    return int(digits), reason


def refusal(status: int, reason: str, schemes: frozenset[str], *, has_login: bool) -> Failure:
    """Name what a proxy's error status says; ``schemes`` are the logins it offers, in lower case."""
    detail = f"{status} {reason[:100]}".strip()
    if status in _AUTH and schemes and "basic" not in schemes:
        offered = ", ".join(sorted(schemes))[:60]
        return Failure(operation=Operation.PROXY, kind=Kind.PROXY_LOGIN_FOREIGN, detail=offered)
    if status in _AUTH:
        detail += ", the login was not taken" if has_login else ", no login was given"
        return Failure(operation=Operation.PROXY, kind=Kind.PROXY_AUTH, detail=detail)
    kind = Kind.PROXY_UPSTREAM if status in _UPSTREAM else Kind.PROXY_REFUSED
    return Failure(operation=Operation.PROXY, kind=kind, detail=detail)


def _schemes(headers: list[str]) -> frozenset[str]:
    """Read the schemes of ``Proxy-Authenticate`` (RFC 9110, 11.6.1): the first word of each header."""
    pairs = (line.partition(":") for line in headers)
    values = [value.strip() for name, _, value in pairs if name.strip().lower() == "proxy-authenticate"]
    return frozenset(value.split()[0].rstrip(",").lower() for value in values if value)


def _not_http(seen: str) -> Failure:
    return Failure(operation=Operation.PROXY, kind=Kind.PROXY_PROTOCOL, detail=seen)


_SOCKS_REPLIES: Final = {
    1: (Kind.PROXY_UPSTREAM, "general failure"),
    2: (Kind.PROXY_REFUSED, "not allowed by its rules"),
    3: (Kind.PROXY_UPSTREAM, "network unreachable"),
    4: (Kind.PROXY_UPSTREAM, "host unreachable"),
    5: (Kind.PROXY_UPSTREAM, "connection refused"),
    6: (Kind.PROXY_UPSTREAM, "TTL expired"),
    7: (Kind.PROXY_REFUSED, "command not supported"),
    8: (Kind.PROXY_REFUSED, "address type not supported"),
}
_OPEN, _LOGIN, _NO_METHOD = 0, 2, 0xFF


async def _socks(stream: Stream, proxy: Proxy, host: str, port: int) -> Stream | Failure:
    methods = bytes([_OPEN, _LOGIN] if proxy.user else [_OPEN])
    stream.writer.write(bytes([5, len(methods)]) + methods)
    version, method = await stream.reader.readexactly(2)
    if version != 5:  # noqa: PLR2004
        return _not_http("not SOCKS 5")
    if method == _NO_METHOD:
        detail = "the login was not wanted" if proxy.user else "no login was given"
        return Failure(operation=Operation.PROXY, kind=Kind.PROXY_AUTH, detail=detail)
    if method == _LOGIN and not await _socks_login(stream, proxy):
        return Failure(operation=Operation.PROXY, kind=Kind.PROXY_AUTH, detail="the login was not taken")
    stream.writer.write(b"\x05\x01\x00" + _socks_address(host) + struct.pack("!H", port))
    return await _socks_reply(stream)


async def _socks_login(stream: Stream, proxy: Proxy) -> bool:
    user, password = proxy.user.reveal().encode()[:255], proxy.password.reveal().encode()[:255]
    stream.writer.write(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
    return (await stream.reader.readexactly(2))[1] == 0


def _socks_address(host: str) -> bytes:
    try:
        address = ip_address(host)
    except ValueError:
        name = host.encode("idna" if not host.isascii() else "ascii")[:255]
        return bytes([3, len(name)]) + name
    return bytes([1 if address.version == 4 else 4]) + address.packed  # noqa: PLR2004


async def _socks_reply(stream: Stream) -> Stream | Failure:
    version, reply, _, kind = await stream.reader.readexactly(4)
    if version != 5:  # noqa: PLR2004
        return _not_http("not SOCKS 5")
    if reply:
        known, words = _SOCKS_REPLIES.get(reply, (Kind.PROXY_REFUSED, "refused"))
        return Failure(operation=Operation.PROXY, kind=known, detail=f"SOCKS reply {reply}, {words}")
    length = {1: 4, 4: 16}.get(kind) or (await stream.reader.readexactly(1))[0]
    await stream.reader.readexactly(length + 2)
    return stream
