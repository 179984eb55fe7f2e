"""1000-1006: the websocket that carries the signalling."""

from hms_doctor.model.catalogue.entry import (
    EVERYWHERE,
    IOS,
    NATIVE,
    PAGES,
    WEB,
    Entry,
    Meaning,
    Retried,
    Terminal,
)

_CONNECT = "Again and again without a pause for 60 s, each time from init on; then terminal."
_CHECK_PATH = (
    "Run hms-doctor network: it tries name, connection, TLS and the websocket upgrade one by one and names the first "
    "that fails. Then turn off VPN, antivirus or proxy, or use another network."
)

CODES = (
    Entry(
        1000,
        (
            Meaning(
                platforms=WEB,
                name="WebsocketFailedToConnect",
                title="the websocket could not be opened",
                cause="The browser could not open the signalling websocket: a name that does not resolve, a firewall, "
                "an antivirus or a proxy that does not let websockets through. A disabled 100ms account looks the "
                "same, because init then names a host that does not exist.",
                action=_CHECK_PATH,
                sdk_actions=("JOIN",),
                message="[WS]: Error opening websocket connection",
                terminal=Terminal.AFTER_RETRIES,
                after_s=60,
                retried=Retried.YES,
                retries=_CONNECT,
                symptoms=("websocket refused", "websocket blocked by proxy", "join fails after a minute"),
                source="web SDK: error/ErrorFactory.ts, signal/jsonrpc/index.ts, transport/index.ts",
            ),
            Meaning(
                platforms=NATIVE,
                name="cGenericConnect",
                title="the signalling connection failed, no detail given",
                cause="The native SDKs use this number for any connection error that has no code of its own.",
                action="Read the description that came with it, then run hms-doctor network from the same network.",
                sdk_actions=("JOIN",),
                terminal=Terminal.DEPENDS,
                terminal_when="The pages do not say; read isTerminal.",
                symptoms=("generic connection error", "generic error on connect"),
                source="100ms's error pages and API reference for Android; pages for Flutter",
            ),
        ),
    ),
    Entry(
        1003,
        (
            Meaning(
                platforms=EVERYWHERE - IOS,
                name="WebSocketConnectionLost",
                title="the signalling connection was lost",
                cause="The websocket to 100ms broke, or nothing came back for 12 s after a ping. Nearly always the "
                "network: Wi-Fi lost, a switch between networks, a proxy or firewall that cuts long connections.",
                action="Tell the user to check the connection, or to try again later. Run hms-doctor network, and "
                "hms-doctor check --only signalling --deep to see how long the connection holds.",
                sdk_actions=("RECONNECT_SIGNAL", "JOIN", "PUBLISH", "NONE"),
                message="Network connection lost",
                terminal=Terminal.AFTER_RETRIES,
                after_s=60,
                retried=Retried.YES,
                retries="Every second for 60 s, each time from init on. Until then the app sees reconnecting with the "
                "same code, not terminal.",
                symptoms=(
                    "websocket disconnected",
                    "websocket lost",
                    "reconnecting",
                    "ping pong failure",
                    "unexpected websocket close",
                    "window network offline",
                    "dropped from the call after a minute",
                ),
                source=f"{PAGES}; web SDK: signal/jsonrpc/index.ts, transport/RetryScheduler.ts",
            ),
            Meaning(
                platforms=IOS,
                name="WebSocketConnectionLost",
                title="the signalling connection was lost",
                cause="A connection that had been open broke and could not be brought back. Where none was ever open, "
                "iOS gives 2003 instead (since 0.4.1).",
                action="Tell the user to check the connection, or to try again later. Run hms-doctor network from the "
                "same network.",
                sdk_actions=("RECONNECT_SIGNAL",),
                terminal=Terminal.AFTER_RETRIES,
                after_s=50,
                retried=Retried.YES,
                retries="For 50 s by the pages for iOS, 10 s less than elsewhere.",
                symptoms=("websocket disconnected", "reconnecting", "dropped from the call after a minute"),
                source="100ms's error pages for iOS",
            ),
        ),
    ),
    Entry(
        1006,
        (
            Meaning(
                platforms=WEB,
                name="WebSocketAbnormalClose",
                title="the websocket closed before it was open",
                cause="The signalling websocket closed before it had opened, without an error event. Browsers mostly "
                "report 1000 in its place.",
                action=_CHECK_PATH,
                sdk_actions=("JOIN",),
                message="Websocket closed abnormally",
                terminal=Terminal.AFTER_RETRIES,
                after_s=60,
                retried=Retried.YES,
                retries=_CONNECT,
                symptoms=("websocket closed abnormally", "websocket closed unexpectedly with code"),
                source="web SDK: error/ErrorFactory.ts, signal/jsonrpc/index.ts",
            ),
        ),
    ),
)
