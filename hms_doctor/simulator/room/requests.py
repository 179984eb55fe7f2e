"""What is asked beside the call itself: granted without doing anything, so that apps do not break over it."""

from collections.abc import Mapping
from typing import Final

from hms_doctor.model.json import JsonObject

_NOTHING: Final[JsonObject] = {}
_METADATA: Final[JsonObject] = {"values": {}, "change_version": 1}
_PEERS: Final[JsonObject] = {"iterator": "", "total": 0, "peers": [], "eof": True, "count": 0, "limit": 0, "offset": 0}
_POLL: Final[JsonObject] = {"questions": [], "responses": [], "result": [], "last": True}
_GROUPS: Final[JsonObject] = {"groups": []}
_WITH_PARTS: Final[Mapping[str, JsonObject]] = {
    **dict.fromkeys(("set-metadata", "get-metadata"), _METADATA),
    **dict.fromkeys(("peer-iter-next", "find-peer", "peer-name-search"), _PEERS),
    **dict.fromkeys(("poll-info-set", "poll-info-get", "poll-questions-set", "poll-questions-get"), _POLL),
    **dict.fromkeys(("poll-start", "poll-stop", "poll-response", "poll-responses", "poll-result"), _POLL),
    **dict.fromkeys(("group-join", "group-leave"), _GROUPS),
    "poll-leaderboard": _POLL,
    "poll-list": {"polls": [], "last": ""},
}
_WITHOUT: Final = (
    *("listen-metadata-change", "group-add", "group-remove", "whiteboard-create", "whiteboard-get"),
    *("rtmp-start", "rtmp-stop", "hls-start", "hls-stop", "hls-timed-metadata"),
    *("transcription-start", "transcription-stop", "transcription-config-update"),
    *("analytics", "sdk-notification", "trickle", "answer", "leave"),
)
GRANTED: Final = frozenset((*_WITH_PARTS, *_WITHOUT))
"""The requests of hms-video-store (signal/jsonrpc/models) that change nothing here."""


def granted(method: str, params: JsonObject) -> JsonObject:
    """Give the result: what the SDK reads of it, and the names that were asked for."""
    named = {name: params[name] for name in ("key", "data", "poll_id") if name in params}
    return {**_WITH_PARTS.get(method, _NOTHING), **named}
