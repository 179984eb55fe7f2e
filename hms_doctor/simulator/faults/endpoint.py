"""Init endpoints that no SDK can use."""

from hms_doctor.simulator.change import endpoint
from hms_doctor.simulator.fault import Fault


def _unusable(name: str, template: str, cause: str, summary: str) -> Fault:
    return Fault(name=name, code=2002, check="endpoint.url", cause=cause, summary=summary, apply=endpoint(template))


FAULTS = (
    _unusable("endpoint-no-scheme", "{host}:{port}", "endpoint.scheme", "the init endpoint has no https:// before it"),
    _unusable("endpoint-http", "http://{host}:{port}", "endpoint.scheme", "the init endpoint begins with http://"),
    _unusable("endpoint-wss", "wss://{host}:{port}/v2/ws", "endpoint.scheme", "the init endpoint is a websocket's URL"),
    _unusable("endpoint-no-host", "https://", "endpoint.host", "the init endpoint names no host"),
    _unusable("endpoint-bad-port", "https://{host}:99999", "endpoint.port", "the init endpoint's port is out of range"),
)
