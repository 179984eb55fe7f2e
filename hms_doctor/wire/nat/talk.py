"""NAT behaviour discovery in one address family (RFC 5780 section 4), without a socket and without a clock.

Mapping is asked on one socket that writes to everybody; filtering on a socket a server, which writes to that server
alone, so that both can be asked at once. Where nothing is filtered that takes two round trips.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from hms_doctor.model.ice.nat import Endpoint, FilterTest, NoSecond, NotHeard, Sighting, Untold, second_of
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.wire.nat.request import Bound, Change, Request, Waiting, mapped_address, passage, refusal, told
from hms_doctor.wire.stun.message import Attribute, Class, Malformed, Message, address_in, parse

SENDS: Final = 3
MAPPING_SOCKET: Final = 0
FILTERED_SERVERS: Final = 2
"""Servers of the list that are asked about filtering: one that can tell is enough."""
_SOONEST: Final = 0.02
_PAUSE: Final = 0.1
"""Seconds at most from one send to the next; one round trip where that is known and shorter."""
_LEAST_WAIT: Final = 0.1
_WAIT: Final = 0.3
"""Seconds after the last send until silence counts, where no round trip to that host is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """A datagram to be sent now, and on which of our sockets."""

    socket: int
    to: Endpoint
    data: bytes


class NatTalk:
    """What to send when, and what an answer means; ``now`` is any clock's seconds."""

    def __init__(self, servers: Sequence[Endpoint]) -> None:
        self._asked = dict.fromkeys(servers)
        self.filtered = _one_port_a_host(servers)[:FILTERED_SERVERS]
        self._requests = [Request(socket=MAPPING_SOCKET, to=server, yardstick=server.ip) for server in servers]
        for number, server in enumerate(self.filtered, start=MAPPING_SOCKET + 1):
            for change in (Change.ADDRESS_AND_PORT, Change.PORT):
                self._requests.append(Request(socket=number, to=server, yardstick=server.ip, change=change))
        self._seconds: dict[Endpoint, Endpoint | NoSecond] = {}
        self._sightings: dict[Endpoint, Sighting] = {}
        self.refusals: list[str] = []

    @property
    def sockets(self) -> int:
        """How many sockets the talk uses."""
        return 1 + len(self.filtered)

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """Where the mapping socket was seen, in the order of asking."""
        return tuple(self._sightings[server] for server in self._asked if server in self._sightings)

    @property
    def filters(self) -> tuple[FilterTest, ...]:
        """How the tests of filtering ended; what is still open was not told in time."""
        return tuple(self._filter_test(server) for server in self.filtered if server in self._sightings)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be asked."""
        return not self._open()

    def due(self, now: float) -> Iterable[Outgoing]:
        """Give what is to be sent now, and give up whom we have waited for long enough."""
        for request in self._open():
            if self._next(request) > now:
                continue
            if len(request.sent) < SENDS:
                request.sent.append(now)
                yield Outgoing(socket=request.socket, to=request.to, data=request.wire)
            else:
                request.state = NotHeard()

    def next_due(self) -> float:
        """When to call ``due`` again; infinity when there is nothing but to listen."""
        return min((self._next(request) for request in self._open()), default=float("inf"))

    def hear(self, socket: int, data: bytes, origin: Endpoint, now: float) -> None:
        """Take what came in on a socket; what is no answer to a request of ours is ignored."""
        message = parse(data)
        if isinstance(message, Malformed) or message.kind not in {Class.SUCCESS, Class.ERROR}:
            return
        for request in self._requests:
            if (request.transaction, request.socket) == (message.transaction, socket):
                if request.change and (message.kind is Class.SUCCESS or origin == request.to):
                    request.state = passage(request, message, origin)
                elif not request.change and origin == request.to:
                    self._bound(request, message, now)

    def _open(self) -> list[Request]:
        return [request for request in self._requests if isinstance(request.state, Waiting)]

    def _next(self, request: Request) -> float:
        if not request.sent:
            return -float("inf")
        rtts = [
            sighting.rtt_ms / 1000 for server, sighting in self._sightings.items() if server.ip == request.yardstick
        ]
        pause = max(_SOONEST, min([*rtts, _PAUSE]))
        if len(request.sent) < SENDS:
            return request.sent[-1] + pause
        if not self._sightings:  # nobody at all answered: whoever asks us decides when that is enough
            return float("inf")
        return request.sent[-1] + (max(_LEAST_WAIT, _silence(min(rtts))) if rtts else _WAIT)

    def _bound(self, request: Request, message: Message, now: float) -> None:
        if message.kind is Class.ERROR:
            self.refusals.append(refusal(message))
            request.state = Untold(why=self.refusals[-1])
            return
        mapped = mapped_address(message)
        if isinstance(mapped, Malformed) or request.to in self._sightings:
            return
        request.state = Bound()
        rtt_ms = 1000 * (now - request.sent[0])
        seen_as = Endpoint(ip=mapped.ip, port=mapped.port)
        self._sightings[request.to] = Sighting(server=request.to, seen_as=seen_as, rtt_ms=rtt_ms)
        self._follow(request.to, message)

    def _follow(self, server: Endpoint, message: Message) -> None:
        """Ask the other address and the other port of the first server that tells a second address."""
        other = address_in(message, Attribute.OTHER_ADDRESS)
        if isinstance(other, Malformed):
            self._seconds[server] = NoSecond(why="the server has no second address")
            return
        second = second_of(server, Endpoint(ip=other.ip, port=other.port))
        followed = any(isinstance(known, Endpoint) for known in self._seconds.values())
        self._seconds[server] = second
        if isinstance(second, NoSecond) or followed:
            return
        further = ((second.ip, server.port), (second.ip, second.port), (server.ip, second.port))
        for to in (Endpoint(ip=ip, port=port) for ip, port in further):
            if to not in self._asked:
                self._asked[to] = None
                self._requests.append(Request(socket=MAPPING_SOCKET, to=to, yardstick=server.ip))

    def _filter_test(self, server: Endpoint) -> FilterTest:
        states = {request.change: request.state for request in self._requests if request.to == server}
        return FilterTest(
            server=server,
            second=self._seconds[server],
            from_second=told(states[Change.ADDRESS_AND_PORT]),
            from_second_port=told(states[Change.PORT]),
        )


def _silence(rtt: float) -> float:
    """Say after how many seconds no answer comes any more: three round trips, of long ones fewer."""
    return min(3 * rtt, 0.15 + 1.5 * rtt)


def _one_port_a_host(servers: Iterable[Endpoint]) -> list[Endpoint]:
    by_ip: dict[str, Endpoint] = {}
    for server in servers:
        by_ip.setdefault(server.ip, server)
    return list(by_ip.values())
