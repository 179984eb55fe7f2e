"""Candidates from the servers that init lists, all of them as a browser asks all, and none of them waited for.

aioice asks one STUN and one TURN server, and the offer would wait for both. Here the offer goes out with the host's own
candidates, and what is found later is trickled: a relay that does not answer costs a join nothing. aioice also stays
with the first pair that works, where a browser moves on to a better one: direct pairs therefore get a head start.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure
from hms_doctor.model.ice.servers import IceServers, Offer, offers
from hms_doctor.model.ice.urls import IceUrl, Transport
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.dial import Dialled, Target, dial
from hms_doctor.wire.connection.resolve import resolve
from hms_doctor.wire.room import inside
from hms_doctor.wire.room.allocations import Allocations

if TYPE_CHECKING:
    from aioice import Connection
    from aioice.candidate import Candidate as IceCandidate
    from aioice.turn import TurnClientProtocol, TurnTransport

_MOST_URLS: Final = 8
"""URLs that one connection asks; browsers warn at five."""
_LIFETIME: Final = 600  # seconds: what a browser asks for (RFC 8656, 3.2)
_CHANNEL_LIFETIME: Final = 500
HEAD_START: Final = 0.5
"""Seconds in which only direct pairs are checked; a direct path with a longer round trip than that is no better."""


class Gathering:
    """The search for one peer connection; ``aclose`` calls it off, what was allocated goes with the connection."""

    def __init__(
        self,
        ctx: Context,
        servers: IceServers,
        tell: "Callable[[IceCandidate], Awaitable[None]]",
        added: Callable[[], Awaitable[None]],
    ) -> None:
        self._ctx = ctx
        self._offers = tuple(offer for offer in offers(servers) if isinstance(offer.url, IceUrl))[:_MOST_URLS]
        self._tell, self._added = tell, added
        self._relays_may = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._streams: list[Dialled] = []  # a stream that nobody holds would be closed
        self._allocations = Allocations()

    def start(self, connection: "Connection") -> None:
        """Ask every server at once."""
        for offer in self._offers:
            if isinstance(offer.url, IceUrl):
                work = self._relayed if offer.url.relays else self._reflexive
                self._tasks.add(asyncio.create_task(self._bounded(work(connection, offer.url, offer))))

    def begin_checks(self, *, has_direct: bool) -> None:
        """Both descriptions stand: the head start of direct pairs, if there can be any, runs from here."""
        asyncio.get_running_loop().call_later(HEAD_START if has_direct else 0.0, self._relays_may.set)

    async def aclose(self) -> None:
        """Ask no more, and wait for the allocations that are given back."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._allocations.aclose()

    def cut(self) -> None:
        """Close what is still open to relays."""
        self._allocations.cut()

    async def _bounded(self, work: Awaitable[None]) -> None:
        try:
            async with asyncio.timeout(self._ctx.remaining()):
                await work
        except Exception:  # noqa: BLE001, S110 - a candidate less; what is wrong with the server is ice.turn's to say
            pass

    async def _reflexive(self, connection: "Connection", url: IceUrl, _offer: Offer) -> None:
        from aioice import stun
        from aioice.candidate import Candidate, candidate_foundation, candidate_priority

        resolved = await resolve(self._with_family(Family.IPV4), url.host, url.port)
        for protocol in inside.host_protocols(connection):
            base = protocol.local_candidate
            if isinstance(resolved, Failure) or ":" in base.host:
                continue
            request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
            response, _ = await protocol.request(request, (resolved.addresses[0].ip, url.port))
            host, port = response.attributes["XOR-MAPPED-ADDRESS"]
            await self._found(
                connection,
                Candidate(
                    foundation=candidate_foundation("srflx", "udp", base.host),
                    component=base.component,
                    transport=base.transport,
                    priority=candidate_priority(base.component, "srflx"),
                    host=host,
                    port=port,
                    type="srflx",
                    related_address=base.host,
                    related_port=base.port,
                ),
            )

    async def _relayed(self, connection: "Connection", url: IceUrl, offer: Offer) -> None:
        client = await self._client(url, offer)
        if isinstance(client, Failure):
            return
        protocol = await self._allocations.allocate(client, connection)
        protocol.local_candidate = _relay_candidate(url, protocol.transport)
        try:
            await self._found(connection, protocol.local_candidate)
            await self._relays_may.wait()
        except BaseException:
            self._allocations.give_back(protocol)
            raise
        if inside.check_late(connection, protocol):
            await self._added()
        else:
            self._allocations.give_back(protocol)  # a direct path was found

    async def _found(self, connection: "Connection", candidate: "IceCandidate") -> None:
        # Without NAT a server sees our own address: that candidate is there already (RFC 8445, 5.1.3).
        known = {(other.host, other.port) for other in connection.local_candidates}
        if (candidate.host, candidate.port) not in known:
            inside.list_late(connection, candidate)
            await self._tell(candidate)

    async def _client(self, url: IceUrl, offer: Offer) -> "TurnClientProtocol | Failure":
        from aioice.turn import TurnClientTcpProtocol, TurnClientUdpProtocol

        login = (offer.username, offer.credential.reveal(), _LIFETIME, _CHANNEL_LIFETIME)
        if url.transport is Transport.UDP:
            resolved = await resolve(self._ctx, url.host, url.port)
            if isinstance(resolved, Failure):
                return resolved
            server = (resolved.addresses[0].ip, url.port)
            loop = asyncio.get_running_loop()
            _, client = await loop.create_datagram_endpoint(
                lambda: TurnClientUdpProtocol(server, *login), remote_addr=server
            )
            return client
        target = Target(host=url.host, port=url.port, protocol="turns" if url.transport is Transport.TLS else "turn")
        dialled = await dial(self._ctx, target)
        if not isinstance(dialled, Dialled):
            return dialled.failure
        self._streams.append(dialled)
        streaming = TurnClientTcpProtocol((dialled.address, url.port), *login)
        transport = dialled.stream.writer.transport
        transport.set_protocol(streaming)
        streaming.connection_made(transport)
        return streaming

    def _with_family(self, family: Family) -> Context:
        return replace(self._ctx, vantage=replace(self._ctx.vantage, family=family))


def _relay_candidate(url: IceUrl, relay: "TurnTransport") -> "IceCandidate":
    from aioice.candidate import Candidate, candidate_foundation, candidate_priority

    host, port = relay.get_extra_info("sockname")
    related = relay.get_extra_info("related_address")
    candidate = Candidate(
        foundation=candidate_foundation("relay", "udp", f"{host}{url.text}"),
        component=1,
        transport="udp",
        priority=candidate_priority(1, "relay", _PREFERENCE[url.transport]),
        host=host,
        port=port,
        type="relay",
        related_address=related[0],
        related_port=related[1],
    )
    vars(candidate)[inside.REACHED_OVER] = url.transport.value
    return candidate


_PREFERENCE: Final = {Transport.UDP: 2, Transport.TCP: 1, Transport.TLS: 0}
"""A relay over UDP before one over TCP before one over TLS, as browsers rank them (RFC 8445, 5.1.2)."""
