"""2000-2400: the endpoint, the token's shape, and the init request."""

from hms_doctor.model.catalogue.entry import (
    ANDROID,
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

_READ_IS_TERMINAL = "The pages do not say; read isTerminal."

CODES = (
    Entry(
        2000,
        (
            Meaning(
                platforms=ANDROID | IOS,
                name="cServerErrors",
                title="init failed on the server (old number)",
                cause="An old number of the native SDKs for a server error during init. iOS before 0.4.1 used it for "
                "every connection that was lost or never came up.",
                action="Update the SDK: newer ones give 1003, 2003 or the server's own code. Until then read the "
                "description and run hms-doctor check with the same token.",
                sdk_actions=("INIT",),
                terminal=Terminal.DEPENDS,
                terminal_when="The Flutter room kit treats it as fatal.",
                symptoms=("old iOS SDK loses the connection", "init server error"),
                source="100ms's API reference for Android; migration page for iOS 0.4; Flutter room kit",
            ),
        ),
    ),
    Entry(
        2001,
        (
            Meaning(
                platforms=ANDROID | IOS,
                name="cConnectionLost",
                title="the network broke during init",
                cause="The native SDK lost the network while it asked the init service.",
                action="Treat it as 2003: check the connection, then run hms-doctor network from the same network.",
                sdk_actions=("INIT",),
                terminal=Terminal.DEPENDS,
                terminal_when=_READ_IS_TERMINAL,
                symptoms=("connection lost during init",),
                source="100ms's API reference for Android and, of 2021, for iOS",
            ),
        ),
    ),
    Entry(
        2002,
        (
            Meaning(
                platforms=NATIVE,
                name="cInvalidEndpointURL",
                title="the endpoint is not a valid URL",
                cause="The init endpoint that the app passes to join is not a URL that the SDK accepts.",
                action="Leave the endpoint out, so that the SDK takes https://prod-init.100ms.live, or correct it to "
                "https:// and a host name. hms-doctor check --only endpoint --endpoint URL tests one.",
                sdk_actions=("INIT",),
                terminal=Terminal.DEPENDS,
                terminal_when=_READ_IS_TERMINAL,
                retried=Retried.NO,
                symptoms=("invalid endpoint URL", "wrong endpoint", "endpoint without https"),
                source=f"{PAGES}; API reference for Android and iOS",
            ),
            Meaning(
                platforms=WEB,
                name="InitError",
                title="the init answer was missing when the websocket was to be opened",
                cause="The web SDK gives this number only when it has no init answer, which does not happen in "
                "practice. A bad initEndpoint raises a bare TypeError there, with no HMS code.",
                action="Look for a TypeError that mentions startsWith in the console, and correct initEndpoint: it "
                "must begin with https:// in small letters.",
                sdk_actions=("INIT",),
                message="[INIT]: Init Config not found",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("Cannot read properties of undefined (reading 'startsWith')", "init config not found"),
                source="web SDK: transport/index.ts, sdk/store/Store.ts",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        2003,
        (
            Meaning(
                platforms=NATIVE,
                name="EndpointUnreachable",
                title="the endpoint cannot be reached",
                cause="The init service could not be reached: no network, a name that does not resolve, a firewall, a "
                "proxy, or a certificate that the phone does not trust.",
                action="Tell the user to check the connection, or to try again later. Run hms-doctor network from the "
                "same network: it names the step that fails.",
                sdk_actions=("INIT", "GET_TOKEN"),
                message="Endpoint is not reachable",
                terminal=Terminal.DEPENDS,
                terminal_when=_READ_IS_TERMINAL,
                retried=Retried.NO,
                symptoms=(
                    "endpoint is not reachable",
                    "no internet",
                    "init unreachable",
                    "DNS failure",
                    "TLS error",
                    "certificate expired",
                    "certificate not trusted",
                ),
                source=f"{PAGES}; pages for iOS and React Native",
            ),
            Meaning(
                platforms=WEB,
                name="EndpointUnreachable",
                title="the endpoint cannot be reached, or it answered 404",
                cause="The init request failed in the browser (network, DNS, TLS, a missing CORS header), or init "
                "answered 404 with JSON: a wrong host or a room that does not exist. Then the advice to check the "
                "network is wrong.",
                action="Run hms-doctor check with the same token: it tells a network failure from a 404. For a 404 "
                "check the endpoint's host and the token's room_id.",
                sdk_actions=("INIT", "GET_TOKEN"),
                message="Endpoint is not reachable - {description}",
                terminal=Terminal.DEPENDS,
                terminal_when="Not terminal; only where the browser says it is offline, terminal after 60 s.",
                after_s=60,
                retried=Retried.NO,
                retries="Not while the browser says it is online; offline without a pause for 60 s.",
                symptoms=("failed to fetch", "NetworkError", "join() never settles", "stuck at Connecting", "CORS"),
                source="web SDK: signal/init/index.ts, transport/index.ts, utils/fetch.ts",
            ),
        ),
    ),
    Entry(
        2004,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="InvalidTokenFormat",
                title="the token is not a well-formed JWT",
                cause="The token is empty, does not have three parts with dots between them, or its payload is not "
                "JSON. The SDK finds this before it sends anything.",
                action="Fetch a new token and hand it over whole. hms-doctor token decode shows where the shape "
                "breaks.",
                sdk_actions=("INIT",),
                message="Token is not in proper JWT format",
                terminal=Terminal.ALWAYS,
                retried=Retried.NO,
                symptoms=(
                    "token is not in proper JWT format",
                    "token cannot be an empty string",
                    "expected 3 '.' separate fields",
                    "couldn't parse to json",
                    "token cut off",
                    "empty token",
                    "room code passed as token",
                ),
                source=f"{PAGES}; web SDK: utils/jwt.ts",
            ),
        ),
    ),
    Entry(
        2400,
        (
            Meaning(
                platforms=ANDROID | IOS,
                name="HTTPError",
                title="init answered with an HTTP error (placeholder)",
                cause="A placeholder: an app gets the HTTP status itself as the code, with the name HTTPError, so this "
                "number is not expected.",
                action="Look up the code that came with the name HTTPError, such as hms-doctor explain 401.",
                sdk_actions=("INIT",),
                terminal=Terminal.DEPENDS,
                terminal_when=_READ_IS_TERMINAL,
                symptoms=("HTTPError from init",),
                source="100ms's API reference for Android and, of 2021, for iOS",
            ),
        ),
    ),
)
