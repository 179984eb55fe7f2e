"""Codes of 100ms's pages that no run against the simulator can end in, each with its reason."""

from collections.abc import Mapping

_WEBRTC = "it is raised by the WebRTC stack of a joined call, and joining is not part of this version"
_PLUGIN = "the app's own plugin raises it in the browser; `hms-doctor explain {code}` says what to check there"

NOT_OBSERVABLE: Mapping[int, str] = {
    3008: "a browser's autoplay rule raises it, on a page that plays another peer's sound before the first click; "
    "`hms-doctor simulate` gives such a page a room, and `hms-doctor explain 3008` says what to do",
    4001: _WEBRTC,
    4002: _WEBRTC,
    4003: _WEBRTC,
    4004: _WEBRTC,
    5001: "it needs two joins from the same app, and joining is not part of this version",
    6002: "it needs a renegotiation in a joined call, and joining is not part of this version",
    **{code: _PLUGIN.format(code=code) for code in (7001, 7002, 7003, 7004)},
}
