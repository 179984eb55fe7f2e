"""What the official SDK does under the faults that it meets before it is in a room.

Tokens by their shape, endpoints that are none, servers that cannot be reached, answers of init, and websockets that
cannot be opened, do not last or stay silent.
"""

from typing import Final

from oracle_row import Act, Row, Settles, both, ends, reconnects, rejects

_HANGS: Final = ("never settles",)
_PENDING: Final = ("pending",)
_BARE: Final = ("TypeError",)

TOKENS: Final = (
    *(
        Row(
            name=name,
            fault=name,
            signs=(rejects(2004),),
            settles=Settles.REJECTS,
            shows=(2004,),
            cause=cause,
            sees=2004,
            words=("join() rejects", "onError stays silent"),
        )
        for name, cause in (
            ("token-empty", "token.empty"),
            ("token-two-segments", "token.truncated"),
            ("token-four-segments", "token.segments"),
            ("token-not-json", "token.json"),
        )
    ),
    Row(
        name="token-bad-base64",
        fault="token-bad-base64",
        # A DOMException has a code of its own, 5: no HMS code.
        signs=(rejects(5, terminal=False, name="InvalidCharacterError"),),
        settles=Settles.REJECTS,
        cause="token.base64",
        words=("InvalidCharacterError", "code is 5"),
    ),
)

ENDPOINTS: Final = (
    *(
        Row(
            name=name,
            fault=name,
            signs=(rejects(0, terminal=False, name="TypeError"),),
            settles=Settles.REJECTS,
            shows=(2002,),  # the pages' code for it, which never comes
            cause="endpoint.scheme",
            words=_BARE,
        )
        for name in ("endpoint-http", "endpoint-no-scheme", "endpoint-wss")
    ),
    *(
        Row(name=name, fault=name, watch=12, console="Invalid base URL", shows=(2002,), cause=cause, words=_HANGS)
        for name, cause in (("endpoint-no-host", "endpoint.host"), ("endpoint-bad-port", "endpoint.port"))
    ),
)

UNREACHABLE: Final = (
    *(
        Row(
            name=name,
            fault=name,
            watch=15,
            console="EndpointUnreachable",
            shows=(2003,),
            cause=cause,
            words=_HANGS,
        )
        for name, cause in (
            ("refused", "tcp.refused"),
            ("reset", "tcp.reset"),
            ("tls-expired", "tls.expired"),
            ("tls-self-signed", "tls.self_signed"),
            ("http-404", "init.not_found"),
            ("http-407", "init.proxy_login"),
        )
    ),
    Row(
        name="refused, shown by preview()",
        fault="refused",
        act=Act.PREVIEW,
        signs=both(2003, terminal=False),
        settles=Settles.REJECTS,
        shows=(2003,),
        cause="tcp.refused",
        words=("preview() does reject, with 2003",),
    ),
    Row(
        name="no network, and the browser knows it",
        offline=True,
        injections=("requests-take-time",),
        signs=both(2003, earliest=55, latest=75),
        settles=Settles.REJECTS,
        watch=80,
        shows=(2003,),
        cause="local.no_link",
        sees=2003,
        words=("Only where the browser knows that it is offline", "join() rejects"),
    ),
    *(
        Row(name=name, fault=name, watch=12, console="TypeError", cause="init.malformed", words=_HANGS)
        for name in ("init-no-config", "init-no-endpoint")
    ),
    Row(name="init-silent", fault="init-silent", watch=25, cause="init.silent", words=("no time-out",)),
)

ANSWERS: Final = (
    Row(
        name="http-404-html",
        fault="http-404-html",
        signs=both(404),
        settles=Settles.REJECTS,
        cause="init.not_found",
        sees=404,
        words=("404",),
    ),
    Row(
        name="init-not-json",
        fault="init-not-json",
        signs=both(200),
        settles=Settles.REJECTS,
        cause="init.page",
        sees=200,
        words=("code 200",),
    ),
    *(
        Row(
            name=f"http-{status}",
            fault=f"http-{status}",
            signs=both(status),
            settles=Settles.REJECTS,
            cause=cause,
            sees=sees,
            words=("Two requests at once", "terminal"),
        )
        for status, cause, sees in (
            (429, "init.rate_limited", 429),
            (500, "init.server_error", 0),
            (503, "init.server_error", 0),
        )
    ),
)

_NOT_OPENED: Final = both(1000, earliest=55, latest=75)
SOCKETS: Final = (
    *(
        Row(
            name=name,
            fault=name,
            signs=_NOT_OPENED,
            settles=Settles.REJECTS,
            watch=80,
            cause=cause,
            sees=1000,
            words=("terminal", "60 to 65 s"),
        )
        for name, cause in (
            ("ws-refused", "websocket.refused"),
            ("ws-403", "websocket.upgrade.refused"),
            ("account-disabled", "account.disabled"),
        )
    ),
    *(
        Row(
            name=name,
            fault=name,
            signs=(reconnects(1003),),
            watch=75,
            whole=True,
            cause="websocket.closed_early",
            sees=1003,
            words=("reconnecting once a second without end", "pending"),
        )
        for name in ("ws-closes-1011", "ws-severed")
    ),
    Row(name="ws-no-policy", fault="ws-no-policy", watch=30, cause="websocket.no_policy", words=_PENDING),
    Row(name="role-unknown", fault="role-unknown", watch=30, cause="signalling.role_unknown", words=_PENDING),
    Row(name="ws-upgrade-silent", fault="ws-upgrade-silent", watch=30, cause="websocket.silent", words=("no code",)),
    Row(
        name="ws-error-500",
        fault="ws-error-500",
        signs=(ends(500),),
        watch=10,
        whole=True,
        cause="signalling.server_fault",
        words=("The server's code as it came", "stays pending"),
    ),
)

BEFORE: Final = (*TOKENS, *ENDPOINTS, *UNREACHABLE, *ANSWERS, *SOCKETS)
