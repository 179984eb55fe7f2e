"""What works beside a root cause and so narrows down where it lies."""

from collections.abc import Iterable, Mapping
from typing import Final

from hms_doctor.model.causes.cause import Cause, Scope
from hms_doctor.model.finding import CheckResult, Passed

_WITNESSES: Final = (
    ("tcp.", "local.portal", "status", "so the name and the way there are right: it is this port"),
    ("tls.silent", "local.portal", "status", "so the host is there, and small packets pass"),
    ("websocket.", "endpoint.reach", "address", "so the network as a whole works"),
    ("turn.", "endpoint.reach", "address", "so the network as a whole works"),
    ("room.ice.", "ice.verdict", "udp", "so it is the media server's own ports, or the way from a relay to it"),
    ("room.ice.", "signalling.join", "role", "so signalling works"),
    ("room.dtls.", "signalling.join", "role", "so signalling works"),
)
"""Of which causes, by which check, shown by which member of its evidence, and what follows."""


def alibis(cause: Cause, results: Mapping[str, CheckResult]) -> Iterable[str]:
    """Tell what was reached on the same network all the same."""
    if cause.scope is not Scope.NETWORK:
        return
    for prefix, check, member, hence in _WITNESSES:
        if cause.id.startswith(prefix) and check in results:
            yield from (f"{check}: {passed.summary}, {hence}" for passed in _witnesses(results[check], member))


def _witnesses(result: CheckResult, member: str) -> Iterable[Passed]:
    return [finding for finding in result.findings if isinstance(finding, Passed) and member in finding.evidence][:1]
