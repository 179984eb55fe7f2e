"""A connection to a server, in timed steps: resolve, connect, the proxy's tunnel, TLS."""

import asyncio
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Final, Literal, TypeAlias

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.network.server import CertificateFacts, NoCertificate, NoTls, TlsFacts
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.connect import NotConnected, connect
from hms_doctor.wire.connection.proxy import Direct, Proxy, Unusable, choose
from hms_doctor.wire.connection.resolve import Resolved, resolve
from hms_doctor.wire.connection.stream import Forwarded, Stream, open_stream
from hms_doctor.wire.connection.tls import Verify, handshake
from hms_doctor.wire.connection.tunnel import tunnel
from hms_doctor.wire.meanwhile import load_meanwhile

Protocol: TypeAlias = Literal["http", "https", "ws", "wss", "turn", "turns"]

_ALPN: Final[Mapping[str, tuple[str, ...]]] = {"https": ("http/1.1",), "wss": ("http/1.1",), "turns": ()}
_UNVERIFIED: Final = frozenset(
    {
        Kind.TLS_EXPIRED,
        Kind.TLS_NOT_YET_VALID,
        Kind.TLS_WRONG_NAME,
        Kind.TLS_UNKNOWN_ISSUER,
        Kind.TLS_SELF_SIGNED,
        Kind.TLS_REJECTED,
    }
)


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where to go and what will be spoken there; https, wss and turns begin with TLS."""

    host: str
    port: int
    protocol: Protocol

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Dialled:
    """An open connection. ``address`` is the IP that was reached (the proxy's, where ``via`` names one)."""

    stream: Stream
    address: str
    family: Family
    via: str  # "" or host:port of the proxy, never its login
    steps: Mapping[str, float]  # of resolve_ms, connect_ms, proxy_ms, tls_ms those that were done
    tls: TlsFacts | NoTls


@dataclass(frozen=True, kw_only=True)
class DialFailed:
    """The step that failed, and those before it. With a certificate that was rejected, what it says of itself."""

    failure: Failure
    address: str = ""
    via: str = ""
    steps: Mapping[str, float] = field(default_factory=dict)
    certificate: CertificateFacts | NoCertificate = field(default_factory=NoCertificate)
    each: Mapping[str, Failure] = field(default_factory=dict)  # by IP, where connecting failed


async def dial(ctx: Context, target: Target) -> Dialled | DialFailed:
    """Connect to a target as the vantage and the settings have it; who dials closes the stream."""
    load_meanwhile(target.protocol)
    dialled = await _Trip(ctx, target, Verify.AS_SET).go()
    # A rejected certificate is not kept by OpenSSL; a second connection, which sends nothing, reads it.
    if isinstance(dialled, DialFailed) and dialled.failure.kind in _UNVERIFIED:
        return replace(dialled, certificate=await _look_at_certificate(ctx, target))
    return dialled


async def dial_unverified(ctx: Context, target: Target) -> Dialled | DialFailed:
    """Connect whoever the certificate names: to read what is said there, never to send a secret."""
    return await _Trip(ctx, target, Verify.NOTHING).go()


async def dial_each_family(ctx: Context, target: Target) -> Mapping[Family, float | Failure]:
    """Try TCP over each family alone: milliseconds, or why not. Empty where a proxy stands between."""
    port = ctx.vantage.port or target.port
    if not isinstance(_route(ctx, target), Direct):
        return {}
    resolved = await resolve(ctx, target.host, port)
    if isinstance(resolved, Failure):
        return {}
    families = [family for family in Family if any(address.family is family for address in resolved.addresses)]
    touched = await asyncio.gather(*(_touch(ctx, resolved, family, port) for family in families))
    return {**resolved.missing, **dict(zip(families, touched, strict=True))}


async def _touch(ctx: Context, resolved: Resolved, family: Family, port: int) -> float | Failure:
    connected = await connect(ctx, [a for a in resolved.addresses if a.family is family], port)
    if isinstance(connected, NotConnected):
        return connected.failure
    connected.sock.close()
    return connected.ms


def _route(ctx: Context, target: Target) -> Direct | Proxy | Unusable:
    port = ctx.vantage.port or target.port
    return choose(ctx.settings.proxy, ctx.vantage.proxy, target.protocol, target.host, port)


async def _look_at_certificate(ctx: Context, target: Target) -> CertificateFacts | NoCertificate:
    dialled = await dial_unverified(ctx, target)
    if isinstance(dialled, DialFailed):
        return NoCertificate(reason="a second look at it failed")
    await dialled.stream.aclose()
    return dialled.tls.certificate if isinstance(dialled.tls, TlsFacts) else NoCertificate()


class _Trip:
    """One way from here to a target; what was learnt on it, for the report of either end."""

    def __init__(self, ctx: Context, target: Target, verify: Verify) -> None:
        self._ctx, self._target, self._verify = ctx, replace(target, port=ctx.vantage.port or target.port), verify
        self._route = _route(ctx, target)
        self._via = str(self._route) if isinstance(self._route, Proxy) else ""
        self._address, self._family = "", Family.EITHER
        self._steps: dict[str, float] = {}

    async def go(self) -> Dialled | DialFailed:
        if isinstance(self._route, Unusable):
            return self._failed(Failure(operation=Operation.PROXY, kind=Kind.PROXY_UNUSABLE, detail=self._route.reason))
        stream = await self._reach()
        if not isinstance(stream, Stream):
            return stream
        try:
            tls = await self._dress(stream)
        except BaseException:
            # Called off in the middle of a handshake: there is nobody left to close what was opened.
            await stream.abort()
            raise
        if isinstance(tls, Failure):
            await stream.aclose()
            return self._failed(tls)
        return Dialled(
            stream=stream, address=self._address, family=self._family, via=self._via, steps=self._steps, tls=tls
        )

    async def _reach(self) -> Stream | DialFailed:
        """Get as far as TCP: to the target, or to the proxy."""
        hop = self._route if isinstance(self._route, Proxy) else self._target
        resolved = await resolve(self._ctx, hop.host, hop.port)
        if isinstance(resolved, Failure):
            return self._failed(self._of_hop(resolved))
        self._steps["resolve_ms"] = resolved.ms
        connected = await connect(self._ctx, resolved.addresses, hop.port)
        self._address, self._family = connected.address.ip, connected.address.family
        if isinstance(connected, NotConnected):
            return self._failed(self._of_hop(connected.failure), each=connected.each)
        self._steps["connect_ms"] = connected.ms
        return await open_stream(connected.sock)

    async def _dress(self, stream: Stream) -> TlsFacts | NoTls | Failure:
        """Put on the layers above TCP: TLS to the proxy, its tunnel, TLS to the target."""
        if isinstance(self._route, Proxy):
            failure = await self._through(stream, self._route)
            if isinstance(failure, Failure):
                return failure
        if self._target.protocol not in _ALPN:
            return NoTls()
        self._ctx.waiting(f"TLS with {self._target.authority}", self._ctx.patience())
        facts = await handshake(self._ctx, stream, self._target.host, _ALPN[self._target.protocol], self._verify)
        if isinstance(facts, TlsFacts):
            self._steps["tls_ms"] = facts.ms
        return facts

    async def _through(self, stream: Stream, proxy: Proxy) -> Stream | Failure:
        began = self._ctx.clock.monotonic()
        seconds = self._ctx.patience()
        self._ctx.waiting(f"the proxy {proxy}", seconds)
        if proxy.scheme == "https":
            facts = await handshake(self._ctx, stream, proxy.host, (), Verify.AS_SET)
            if isinstance(facts, Failure):
                return self._of_hop(facts)
        if self._target.protocol == "http" and proxy.scheme.startswith("http"):
            stream.manner = Forwarded(authorization=proxy.basic)
            return stream
        through = await tunnel(stream, proxy, self._target.host, self._target.port, seconds)
        self._steps["proxy_ms"] = 1000 * (self._ctx.clock.monotonic() - began)
        return through

    def _of_hop(self, failure: Failure) -> Failure:
        """A proxy that cannot be reached is the proxy's failure, however it failed."""
        return replace(failure, operation=Operation.PROXY) if self._via else failure

    def _failed(self, failure: Failure, each: Mapping[str, Failure] | None = None) -> DialFailed:
        return DialFailed(
            failure=failure, address=self._address, via=self._via, steps=dict(self._steps), each=dict(each or {})
        )
