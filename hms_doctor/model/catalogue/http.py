"""400-502: an HTTP status, or the code in a server's answer, handed on as it came."""

from hms_doctor.model.catalogue.entry import ANDROID, EVERYWHERE, WEB, Entry, Meaning, Retried, Terminal

_INIT = "web SDK: signal/init/index.ts, signal/jsonrpc/index.ts"
_MESSAGE = "[INIT]: Server error {message}"

CODES = (
    Entry(
        400,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="ServerErrors",
                title="the server refused the request as malformed",
                cause="Init or the join answered 400. The pages for iOS name three reasons: the room does not exist, "
                "the room is not the token's, or the peer has already joined.",
                action="Read the description that came with the code. Then run hms-doctor token decode and compare "
                "room_id, user_id and role with the 100ms dashboard.",
                sdk_actions=("INIT", "JOIN"),
                message=_MESSAGE,
                terminal=Terminal.ALWAYS,
                retried=Retried.NO,
                symptoms=("bad request", "400 on join", "wrong room in the token"),
                source=f"{_INIT}; 100ms's error pages for Android, Flutter and iOS",
            ),
        ),
    ),
    Entry(
        401,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="ServerErrors",
                title="the server rejected the token",
                cause="The token is signed with another app's secret, expired, not yet valid, of the wrong kind "
                "(a management token), or one of its claims is wrong. Newer SDKs and pages show this one number "
                "where older pages list 40100 to 40109.",
                action="Run hms-doctor token decode, and hms-doctor token verify with the app secret: they say which "
                "of these it is. Then mend the server that makes the token.",
                sdk_actions=("INIT", "JOIN", "on-error"),
                message=_MESSAGE,
                terminal=Terminal.ALWAYS,
                retried=Retried.NO,
                retries="None; during a reconnection it takes the place of 1003 and ends the session at once.",
                symptoms=(
                    "unauthorized",
                    "not authorized to join the room",
                    "name HTTPError, message Bad Request",
                ),
                source=f"{_INIT}; 100ms's error pages for Android, Flutter and iOS",
            ),
        ),
    ),
    Entry(
        403,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="ServerErrors",
                title="the room, its code or its role is closed to this peer",
                cause="The room or the room code is disabled, or the role has as many peers as it may have.",
                action="In the 100ms dashboard enable the room and its room code, or raise the role's size limit; "
                "otherwise wait until a peer of that role leaves.",
                sdk_actions=("GET_TOKEN", "INIT", "JOIN"),
                message=_MESSAGE,
                terminal=Terminal.DEPENDS,
                terminal_when="Terminal from init and join, not terminal while a room code is exchanged for a token.",
                retried=Retried.NO,
                symptoms=("forbidden", "room disabled", "room code inactive", "role limit reached", "room is full"),
                source="web SDK: sdk/index.ts; 100ms's web prebuilt: AuthToken.tsx",
            ),
        ),
    ),
    Entry(
        404,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="ServerErrors",
                title="nothing is found at that address or under that room code",
                cause="The room code does not exist, or something that is not 100ms's init service answers at the "
                "endpoint (a plain web server, a proxy). On web a 404 with a JSON body becomes 2003 instead.",
                action="Check the room code or link letter by letter, and the endpoint: hms-doctor network --endpoint "
                "URL shows who answers there.",
                sdk_actions=("INIT", "GET_TOKEN"),
                message=_MESSAGE,
                terminal=Terminal.DEPENDS,
                terminal_when="Terminal from init, not terminal while a room code is exchanged for a token.",
                retried=Retried.NO,
                symptoms=("room code does not exist", "room link not found", "HTML instead of JSON from init"),
                source=f"{_INIT}; 100ms's web prebuilt: AuthToken.tsx",
            ),
        ),
    ),
    Entry(
        410,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="ServerErrors",
                title="the peer is gone",
                cause="The server no longer has this peer in the room: it was removed, or its session ended. Older "
                "pages call this 41001.",
                action="Leave and join again with a fresh peer. If it comes back at once, ask whoever runs the room "
                "whether the peer was removed or the room ended.",
                sdk_actions=("JOIN",),
                message="{message}",
                terminal=Terminal.ALWAYS,
                retried=Retried.NO,
                symptoms=("peer is gone", "removed from the room", "cannot rejoin after a long break"),
                source="web SDK: transport/index.ts; 100ms's error pages for Android, Flutter and iOS",
            ),
        ),
    ),
    Entry(
        421,
        (
            Meaning(
                platforms=WEB,
                name="ServerErrors",
                title="the peer is being moved to another media server",
                cause="The server answered an offer while it was moving the peer to another media node.",
                action="Do nothing: the SDK sends its offer again. Seen at join, join again.",
                sdk_actions=("PUBLISH", "JOIN"),
                message="{message}",
                terminal=Terminal.DEPENDS,
                terminal_when="Swallowed as the answer to an offer, terminal as the answer to join.",
                retried=Retried.NO,
                symptoms=("media server migration", "421 in the log"),
                source="web SDK: transport/index.ts",
            ),
        ),
    ),
    Entry(
        424,
        (
            Meaning(
                platforms=ANDROID,
                name="(not named)",
                title="the server ended the call for a reason 100ms does not document",
                cause="Only the list of fatal codes in 100ms's Flutter room kit names it; nothing says what it means.",
                action="Join again. If it comes back, send the time, the room id and the log to 100ms support.",
                terminal=Terminal.DEPENDS,
                terminal_when="The Flutter room kit treats it as fatal and offers only to leave.",
                symptoms=("Flutter room kit shows the leave dialog",),
                source="100ms's Flutter room kit: meeting_page.dart",
            ),
        ),
    ),
    Entry(
        429,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="ServerErrors",
                title="too many requests",
                cause="A rate limit was hit at init, at the room-code service, at join or in a signalling call.",
                action="Wait a minute, then try again. Look for a loop that joins, or makes tokens, again and again.",
                sdk_actions=("INIT", "JOIN", "GET_TOKEN", "NONE"),
                message=_MESSAGE,
                terminal=Terminal.DEPENDS,
                terminal_when="Terminal from init and join, not terminal in other calls.",
                retried=Retried.YES,
                retries="Init: once, at once. Join: every 2 to 4 s. Other calls: three tries, 2 to 4 s apart. "
                "Room code: four tries, at once.",
                symptoms=("rate limit", "too many requests", "load test fails to join"),
                source="web SDK: transport/index.ts, signal/jsonrpc/index.ts, utils/fetch.ts",
            ),
        ),
    ),
    Entry(
        500,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="ServerErrors",
                title="100ms's servers failed",
                cause="Init or the join answered with an internal error. On web it is also the number for any error "
                "inside the SDK while it joins.",
                action="Wait a minute and join again. If it stays, send the time, the room id and the description to "
                "100ms support.",
                sdk_actions=("INIT", "JOIN"),
                message=_MESSAGE,
                terminal=Terminal.ALWAYS,
                retried=Retried.YES,
                retries="Once: at init immediately, at join after 2 to 4 s; then terminal.",
                symptoms=("internal server error", "sfu join failed", "Websocket join error"),
                source="web SDK: transport/index.ts; 100ms's error pages for Android and Flutter",
            ),
        ),
    ),
    Entry(
        502,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="ServerErrors",
                title="a proxy or load balancer answered in place of init",
                cause="Something between the app and the init service could not reach it. Every other 5xx arrives the "
                "same way: the status is the code.",
                action="Try again in a minute. If it stays, run hms-doctor network: it says whether a proxy of your "
                "network answers, or 100ms.",
                sdk_actions=("INIT",),
                message=_MESSAGE,
                terminal=Terminal.ALWAYS,
                retried=Retried.YES,
                retries="Once, at once; then terminal.",
                symptoms=("bad gateway", "service unavailable", "gateway timeout", "502 503 504 from init"),
                source="web SDK: signal/init/index.ts",
            ),
        ),
    ),
)
