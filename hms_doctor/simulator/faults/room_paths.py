"""What can go wrong between a peer and the media server."""

from hms_doctor.simulator.change import Change, together
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.room.change import media_reached, peopled, publish_path, subscribe_path
from hms_doctor.simulator.room.script import Other, Path, Reach
from hms_doctor.simulator.scenario import Listener, UdpPort
from hms_doctor.simulator.turn_change import turn_streams, turn_udp

_PUBLISH, _SUBSCRIBE, _MEDIA, _RELAYS = "room.publish", "room.subscribe", "room.media", "ice.verdict"
_SPEAKER = Other(name="Simulated Speaker")


def _fails(name: str, check: str, cause: str, summary: str, apply: Change) -> Fault:
    return Fault(name=name, code=4005, check=check, cause=cause, summary=summary, apply=apply)


def _warns(name: str, cause: str, summary: str, apply: Change) -> Fault:
    return Fault(name=name, code=0, check=_MEDIA, cause=cause, summary=summary, apply=apply)


FAULTS = (
    _fails(
        "publish-ice-blocked",
        _PUBLISH,
        "room.ice.publish",
        "nothing passes between us and the media server on the publish connection",
        publish_path(Path.ICE_SILENT),
    ),
    _fails(
        "subscribe-ice-blocked",
        _SUBSCRIBE,
        "room.ice.subscribe",
        "nothing passes between us and the media server on the subscribe connection",
        subscribe_path(Path.ICE_SILENT),
    ),
    _fails(
        "dtls-stuck",
        _PUBLISH,
        "room.dtls.stuck",
        "the publish connection's handshake is never answered",
        publish_path(Path.DTLS_SILENT),
    ),
    _fails(
        "dtls-fingerprint",
        _PUBLISH,
        "room.dtls.failed",
        "the publish connection shows another certificate than the one announced",
        publish_path(Path.WRONG_FINGERPRINT),
    ),
    _fails(
        "subscribe-dtls-stuck",
        _SUBSCRIBE,
        "room.dtls.stuck",
        "the subscribe connection's handshake is never answered",
        subscribe_path(Path.DTLS_SILENT),
    ),
    _fails(
        "subscribe-dtls-fingerprint",
        _SUBSCRIBE,
        "room.dtls.failed",
        "the subscribe connection shows another certificate than the one announced",
        subscribe_path(Path.WRONG_FINGERPRINT),
    ),
    _fails(
        "relay-only-dead",
        _RELAYS,
        "turn.unreachable",
        "media passes through the relays alone, and none can be reached",
        together(media_reached(Reach.RELAYS), turn_udp(UdpPort.REFUSED), turn_streams(Listener.REFUSED)),
    ),
    _fails(
        "publish-ice-lost",
        _MEDIA,
        "room.ice.lost",
        "the publish connection stands, then falls silent",
        publish_path(Path.DIES),
    ),
    _warns(
        "media-vanishes",
        "media.vanishes",
        "both connections stand, and none of our media reaches the server",
        publish_path(Path.MEDIA_VANISHES),
    ),
    _warns(
        "room-lossy",
        "quality.loss",
        "every fifth media packet is lost on the way to the media server and back",
        together(publish_path(Path.LOSSY), subscribe_path(Path.LOSSY), peopled(_SPEAKER)),
    ),
)
