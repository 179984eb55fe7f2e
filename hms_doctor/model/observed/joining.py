"""Seen of the web SDK while it joins: the token, init, the websocket."""

from typing import Final

from hms_doctor.model.observed.sees import HANGS, Observation, web

_REJECTS: Final = (
    "join() rejects with the number in the server's answer, else with the HTTP status: name ServerErrors, terminal."
)
_AS_IT_CAME: Final = (
    40001, 40002, 40004, 40100, 40101, 40102, 40103, 40104, 40105, 40107, 40108, 40109, 41001,
)  # fmt: skip

_TOKEN = (
    Observation(
        causes=(
            "token.empty", "token.segments", "token.truncated", "token.json", "token.room_code_pasted",
            "token.secret_pasted", "token.placeholder", "token.mistaken",
        ),
        codes=(2004,),
        sees=web("join() rejects at once, terminal; onError stays silent and the room stays Connecting.", 2004),
    ),
    Observation(
        causes=("token.base64", "token.base64url_on_web"),
        codes=(2004,),
        sees=web(
            "Claims that hold a character outside plain base64 end in the browser's own InvalidCharacterError (its "
            "code is 5, which is no HMS code). That hits valid tokens too, whose claims have - or _ in their base64url."
        ),
    ),
    Observation(
        causes=(
            "token.access_key", "token.room_id", "token.user_id", "token.role", "token.signature", "token.algorithm",
            "token.wrong_kind", "token.expired", "token.not_yet_valid", "token.milliseconds", "token.time_type",
            "token.time_missing", "token.never_valid",
        ),
        sees=web(f"The SDK looks at neither claims, times nor signature; the server does. {_REJECTS}"),
    ),
    Observation(causes=("server.*",), sees=web(_REJECTS)),
    Observation(
        causes=("server.*",),
        sees=web("Pushed by the server (on-error), in the call too: onError gets the server's number, terminal."),
    ),
    *(
        Observation(
            codes=(code,),
            sees=web("The server's code as it came: name ServerErrors, terminal, and join() rejects with it.", code),
        )
        for code in _AS_IT_CAME
    ),
)  # fmt: skip

_INIT = (
    Observation(
        causes=("endpoint.scheme", "endpoint.shouted"),
        codes=(2002,),
        sees=web("A bare TypeError (reading 'startsWith') without an HMS code; 2002 never came."),
    ),
    Observation(
        causes=("endpoint.host", "endpoint.port", "endpoint.userinfo"),
        codes=(2002,),
        sees=web(f"An impossible host or port, or a login in the URL: a bare TypeError in the console. {HANGS}."),
    ),
    Observation(
        causes=("endpoint.empty",),
        sees=web("An empty endpoint counts as none: the SDK asks https://prod-init.100ms.live."),
    ),
    Observation(
        causes=("dns.*", "tcp.*", "tls.*", "proxy.*", "portal.captive", "init.cut", "init.proxy_login"),
        codes=(2003,),
        sees=web(f"{HANGS}. preview() does reject, with 2003."),
    ),
    Observation(
        causes=("init.silent", "tcp.silent", "tls.silent"),
        codes=(2003,),
        sees=web("Where nothing answers: no code at all while it was watched, 25 to 85 s; the SDK sets no time-out."),
    ),
    Observation(
        causes=("local.no_link",),
        codes=(2003,),
        sees=web("Only where the browser knows that it is offline: 60 s of retries, then join() rejects.", 2003),
    ),
    Observation(
        causes=("init.not_found",),
        codes=(2003,),
        sees=web(f"A 404 with JSON, whatever code is in it. {HANGS}."),
    ),
    Observation(
        causes=("init.page", "init.not_found"),
        codes=(404,),
        sees=web("A web page with status 404: join() rejects with 404, terminal.", 404),
    ),
    Observation(
        causes=("init.page", "portal.captive"),
        codes=(2003,),
        sees=web("A web page with status 200 in place of JSON: join() rejects with code 200, terminal.", 200),
    ),
    Observation(
        causes=("init.status",),
        sees=web("join() rejects with the status itself (201, 204 …) as the code, terminal."),
    ),
    Observation(
        causes=("init.server_error",),
        codes=(500, 502),
        sees=web("Two requests at once, then join() rejects with the status (500, 502, 503 …) as the code, terminal."),
    ),
    Observation(
        causes=("init.rate_limited",),
        codes=(429,),
        sees=web("Two requests at once, then join() rejects with 429, terminal.", 429),
    ),
    Observation(
        causes=("init.malformed",),
        codes=(2003,),
        sees=web(f"An answer of another form: a bare TypeError in the console. {HANGS}."),
    ),
)

_SIGNALLING = (
    Observation(
        causes=("account.disabled",),
        codes=(1000, 1003),
        sees=web("A disabled account: nothing says so; 1000, terminal, after 60 to 65 s.", 1000),
    ),
    Observation(
        causes=(
            "websocket.unresolved", "websocket.refused", "websocket.unreachable", "websocket.tls", "websocket.proxy",
            "websocket.upgrade.refused", "websocket.upgrade.stripped",
        ),
        codes=(1000, 1003, 1006),
        sees=web(
            "A websocket that cannot be opened (name, refusal, TLS, HTTP 401 to 503, all alike): 1000, terminal, after "
            "60 to 65 s and some 33 init requests; 1006 never came.",
            1000,
        ),
    ),
    Observation(
        causes=("websocket.silent", "websocket.large_packets"),
        codes=(1000,),
        sees=web("A websocket that nobody answers: no code at all while it was watched, 25 to 85 s."),
    ),
    Observation(
        causes=("websocket.bad_url",),
        sees=web(f"A malformed signalling URL: {HANGS}."),
    ),
    Observation(
        causes=("websocket.closed_early",),
        codes=(1003,),
        sees=web(
            "A server that hangs up after the open: reconnecting once a second without end; join() still pending "
            "after 85 s.",
            1003,
        ),
    ),
    Observation(
        causes=("websocket.lost",),
        codes=(1003,),
        sees=web("Lost during a call: reconnecting at once, terminal after 60 to 65 s.", 1003),
    ),
    Observation(
        causes=("websocket.lost",),
        codes=(1003,),
        sees=web("Lost while joining: reconnecting at once, terminal after 60 to 65 s, and join() rejects.", 1003),
    ),
    Observation(
        causes=("websocket.lost",),
        codes=(1003,),
        sees=web("Lost, and init says no on the way back: onError gets its number at once, terminal."),
    ),
    Observation(
        codes=(1003,),
        sees=web("An init that says no while the SDK reconnects: its code ends the session at once, in 1003's place."),
    ),
    Observation(
        causes=("join.unanswered",),
        codes=(1003,),
        sees=web("A join that is never answered: join() stays pending without a code."),
    ),
    Observation(
        causes=("websocket.no_pong",),
        codes=(1003,),
        sees=web("A server that falls silent: terminal 77 to 80 s after its last word.", 1003),
    ),
    Observation(
        causes=("websocket.no_policy",),
        codes=(1003,),
        sees=web("A server that never sends the policy: join() stays pending without a code."),
    ),
    Observation(
        causes=("signalling.role_unknown",),
        sees=web("A role that the template does not know: join() stays pending without a code."),
    ),
    Observation(
        causes=("signalling.server_fault",),
        sees=web("The server's code as it came, terminal; before the policy join() stays pending beside it."),
    ),
)  # fmt: skip

JOINING: Final = (*_TOKEN, *_INIT, *_SIGNALLING)
