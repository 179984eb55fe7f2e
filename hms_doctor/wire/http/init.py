"""The init request, as the web SDK sends it (hms-video-store: signal/init)."""

from urllib.parse import urlencode
from uuid import uuid4

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure
from hms_doctor.model.network.server import EndpointUrl
from hms_doctor.model.secret import Secret
from hms_doctor.wire.connection.dial import Target
from hms_doctor.wire.connection.stream import Stream
from hms_doctor.wire.http.exchange import Request, Response, exchange
from hms_doctor.wire.http.user_agent import user_agent_v2


def new_peer_id() -> str:
    """Make the id by which one client is known in init and signalling."""
    return str(uuid4())


def init_request(endpoint: EndpointUrl, token: Secret, peer_id: str) -> Request:
    """Build ``GET /init``: whatever path the endpoint has is dropped, values are form-encoded, join names no region."""
    authority = Target(host=endpoint.host, port=endpoint.port, protocol="https").authority.removesuffix(":443")
    query = urlencode({"peer_id": peer_id, "user_agent_v2": user_agent_v2()})
    return Request(
        url=f"https://{authority}/init?{query}",
        headers={"Accept": "*/*", "User-Agent": "hms-doctor"},
        bearer=token,
    )


async def ask_init(
    ctx: Context, stream: Stream, endpoint: EndpointUrl, token: Secret, peer_id: str
) -> Response | Failure:
    """Send the request over a connection to the endpoint; redirects are not followed."""
    return await exchange(ctx, stream, init_request(endpoint, token, peer_id))
