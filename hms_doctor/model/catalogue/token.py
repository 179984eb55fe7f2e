"""40001-41001: what the server says of the token, the room and the peer."""

from hms_doctor.model.catalogue.entry import EVERYWHERE, PAGES, Entry, Meaning, Retried, Terminal


def _word(code: int, title: str, cause: str, action: str, symptoms: tuple[str, ...]) -> Entry:
    """Describe a code that the server itself gives: the SDKs have no name for it and hand it on as it came."""
    return Entry(
        code,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="ServerErrors",
                title=title,
                cause=cause,
                action=action,
                sdk_actions=("INIT", "JOIN"),
                message="{message}",
                terminal=Terminal.ALWAYS,
                retried=Retried.NO,
                symptoms=symptoms,
                source=f"{PAGES}; pages for React Native; web SDK: signal/init/index.ts, signal/jsonrpc/index.ts",
            ),
        ),
    )


_MINT = "hms-doctor token create makes a token that is right."

CODES = (
    _word(
        40001,
        "the room does not exist",
        "The room id with which the token was made is no room of this account. Newer pages show 400.",
        "Copy the room id from Rooms in the 100ms dashboard into the server that makes the token; it is the id, not "
        "the room's name.",
        ("invalid room", "room not found", "wrong room id"),
    ),
    _word(
        40002,
        "the room is not the one in the token",
        "The room that is asked for differs from the room_id in the token. Newer pages show 400.",
        "Fetch a token for this very room. hms-doctor check --room-id R compares the two without a call.",
        ("room mismatched with token", "token for another room", "token of another room"),
    ),
    _word(
        40004,
        "the peer has already joined",
        "The server has this peer in the room already, for example from another tab or from a connection that has not "
        "yet timed out. Newer pages show 400.",
        "Leave in the other tab or on the other device, or wait a minute; then join again. A join twice on the same "
        "client is 5001.",
        ("peer already joined", "joined in another tab"),
    ),
    _word(
        40100,
        "the token is rejected, no reason given",
        "The server refused the token without saying which part is wrong. Newer pages show 401.",
        f"Run hms-doctor token decode, then hms-doctor token verify with the app secret. {_MINT}",
        ("generic token error", "authentication failed"),
    ),
    _word(
        40101,
        "the access key in the token is wrong",
        "The server does not know the token's access_key: a typing error, or a key of another or a deleted app. Newer "
        "pages show 401.",
        "Copy the access key from Developer in the 100ms dashboard into the server that makes the token, together with "
        "the secret that belongs to it.",
        ("invalid access key", "access_key wrong", "app access key not found"),
    ),
    _word(
        40102,
        "the room id in the token is wrong",
        "The token's room_id is missing, is not a string, or names no room. Newer pages show 401.",
        "Copy the room id from Rooms in the 100ms dashboard; it has 24 hex digits and is not the room's name. "
        "hms-doctor token decode shows what the token says.",
        ("invalid room id", "room_id wrong", "room_id missing"),
    ),
    _word(
        40103,
        "the auth id in the token is wrong",
        "The pages list it, but today's tokens have no such claim and no page says what it is. Only the server "
        "gives it.",
        f"Make the token anew with the claims of today's pages and nothing else. {_MINT}",
        ("invalid auth id",),
    ),
    _word(
        40104,
        "the app id in the token is wrong",
        "The token carries an app_id, a claim that went out of use in July 2021, and the server does not accept it. "
        "Newer pages show 401.",
        f"Take app_id out and add type and version. {_MINT}",
        ("invalid app id", "app_id", "old token format"),
    ),
    _word(
        40105,
        "the customer id in the token is wrong",
        "The token carries the customer id of 2021 (the claim iss), and the server does not accept it. Newer pages "
        "show 401.",
        f"Take iss out of the token. {_MINT}",
        ("invalid customer id", "iss claim"),
    ),
    _word(
        40107,
        "the user id in the token is wrong",
        "The token's user_id is not acceptable, mostly because it is a number and not a string. Newer pages show 401.",
        'Send user_id as a string ("17", not 17) where your server makes the token. hms-doctor token decode shows it.',
        ("invalid user id", "user_id must be a string", "cannot unmarshal number into Go struct field Claims.user_id"),
    ),
    _word(
        40108,
        "the role in the token is wrong",
        "The room's template has no role of that name. Capitals count: Host is not host. Newer pages show 401.",
        "Use a role name from the room's template in the 100ms dashboard (Templates, Roles), letter for letter. "
        "hms-doctor token decode shows what the token says.",
        ("invalid role", "role wrong", "role not found", "role name capitals", "role does not exist in the template"),
    ),
    _word(
        40109,
        "the token is no valid JWT for this app",
        "The server could not read or verify the token: a wrong signature or secret, expired, not yet valid, another "
        "algorithm than HS256, or a management token. Newer pages show 401.",
        "Run hms-doctor token decode for times and kind, and hms-doctor token verify with the app secret for the "
        "signature.",
        (
            "bad JWT token",
            "signature is invalid",
            "wrong secret",
            "token expired",
            "token not yet valid",
            "management token",
        ),
    ),
    _word(
        41001,
        "the peer is no longer in the room",
        "The server has dropped this peer: it was removed, the room was ended, or its connection was away too long. "
        "Newer pages show 410.",
        "Leave and join again. If it comes back at once, ask whoever runs the room.",
        ("peer is gone", "removed from the room", "room was ended"),
    ),
)
