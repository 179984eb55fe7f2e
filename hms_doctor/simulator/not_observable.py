"""Codes of 100ms's pages that no run against the simulator can end in, each with its reason."""

from collections.abc import Mapping

_WEBRTC = "it is raised by the WebRTC stack of a joined call, and joining is not part of this version"
_PLUGIN = "it is decided inside the app's own plugin code in the browser, which a command line does not run"

NOT_OBSERVABLE: Mapping[int, str] = {
    3008: "it is a browser's autoplay rule, met only on a page that plays audio before a click",
    4001: _WEBRTC,
    4002: _WEBRTC,
    4003: _WEBRTC,
    4004: _WEBRTC,
    5001: "it needs two joins from the same app, and joining is not part of this version",
    6002: "it needs a renegotiation in a joined call, and joining is not part of this version",
    7001: _PLUGIN,
    7002: _PLUGIN,
    7003: _PLUGIN,
    7004: _PLUGIN,
}
