"""What reaching the init endpoint left behind: an open connection for init, or the reason why there is none."""

from dataclasses import field

from hms_doctor.model.check import Context
from hms_doctor.model.network.not_reached import Attempt
from hms_doctor.model.network.server import EndpointUrl
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Vantage
from hms_doctor.wire.connection.dial import DialFailed, Dialled, Target, dial


@dataclass(frozen=True, kw_only=True)
class Reached:
    """TLS to the init endpoint works. ``spare`` holds the connection until somebody takes it; the run closes it."""

    endpoint: EndpointUrl
    vantage: Vantage
    address: str
    via: str
    spare: list[Dialled] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class NotReached:
    """The init endpoint cannot be reached from here."""

    endpoint: EndpointUrl
    failed: DialFailed


def target_of(endpoint: EndpointUrl) -> Target:
    """Give where init is asked."""
    return Target(host=endpoint.host, port=endpoint.port, protocol="https")


async def connection(ctx: Context, reached: Reached) -> Dialled | DialFailed:
    """Take the connection that was kept, or dial anew: for a second look, or one that varies the path."""
    if reached.spare and ctx.vantage == reached.vantage:
        spare = reached.spare.pop()
        if not (spare.stream.reader.at_eof() or spare.stream.writer.is_closing()):
            return spare
    return await dial(ctx, target_of(reached.endpoint))


def attempt_of(endpoint: EndpointUrl, failed: DialFailed) -> Attempt:
    """Tell a failed dial as the verdicts want it."""
    return Attempt(
        host=endpoint.host,
        port=endpoint.port,
        failure=failed.failure,
        address=failed.address,
        via=failed.via,
        certificate=failed.certificate,
        each=failed.each,
    )
