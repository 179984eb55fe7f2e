"""Codes of 100ms's pages that no run against the simulator can end in, each with its reason."""

from collections.abc import Mapping

_PLUGIN = "the app's own plugin raises it in the browser; `hms-doctor explain {code}` says what to check there"

NOT_OBSERVABLE: Mapping[int, str] = {
    3008: "a browser's autoplay rule raises it, on a page that plays another peer's sound before the first click; "
    "`hms-doctor simulate` gives such a page a room, and `hms-doctor explain 3008` says what to do",
    **{code: _PLUGIN.format(code=code) for code in (7001, 7002, 7003, 7004)},
}
