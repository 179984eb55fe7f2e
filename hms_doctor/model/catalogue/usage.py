"""6005-6013: calls that cannot be carried out, and pages that cannot run WebRTC."""

from hms_doctor.model.catalogue.entry import ANDROID, IOS, WEB, Entry, Meaning, Retried, Terminal


def _metadata_missing(code: int, name: str, what: str) -> Entry:
    """Describe one of the three numbers that native SDKs keep for gaps in their own books."""
    return Entry(
        code,
        (
            Meaning(
                platforms=ANDROID | IOS,
                name=name,
                title=f"{what} is missing",
                cause=f"The native SDK found no entry of its own for {what}. It is a fault inside the SDK, not in the "
                "app; the web SDK has the number but never raises it.",
                action="Update the SDK. If it comes back, send a log at verbose level to 100ms support.",
                message=f"{what} missing",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=(f"{what} missing",),
                source="100ms's API reference for Android and iOS",
            ),
        ),
    )


CODES = (
    _metadata_missing(6005, "TrackMetadataMissing", "track metadata"),
    _metadata_missing(6006, "RTCTrackMissing", "an RTC track"),
    _metadata_missing(6007, "PeerMetadataMissing", "peer metadata"),
    Entry(
        6008,
        (
            Meaning(
                platforms=WEB,
                name="InvalidRole",
                title="there is no such role in the template",
                cause="The role given to a preview during the call (asRole) is not in the room's template, or a peer "
                "came without a role.",
                action="Use a role name of the template, letter for letter: capitals count. The 100ms dashboard lists "
                "them under Templates.",
                sdk_actions=("PREVIEW", "VALIDATION"),
                message="Invalid role. Join with valid role",
                terminal=Terminal.ALWAYS,
                retried=Retried.NO,
                symptoms=("invalid role in preview", "asRole"),
                source="web SDK: sdk/index.ts, sdk/store/Store.ts",
            ),
            Meaning(
                platforms=ANDROID,
                name="(not named)",
                title="a message could not be sent",
                cause="A chat message was sent while the SDK was not connected.",
                action="Send after the SDK has reconnected, and keep the message until then.",
                symptoms=("unable to send message", "chat message lost"),
                source="100ms's error pages for Android and Flutter",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        6009,
        (
            Meaning(
                platforms=WEB,
                name="PreviewAlreadyInProgress",
                title="preview was called twice",
                cause="preview was called while an earlier preview was still starting.",
                action="Call preview once and wait for the room state Preview.",
                sdk_actions=("PREVIEW",),
                message="[Preview]: Cannot join if preview is in progress",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("preview already in progress", "preview twice in React"),
                source="web SDK: sdk/index.ts",
            ),
        ),
    ),
    Entry(
        6010,
        (
            Meaning(
                platforms=WEB,
                name="MissingMediaDevices",
                title="the page may not use camera and microphone at all",
                cause="The page is not a secure context: it was opened over http:// on another host than localhost, so "
                "the browser hides navigator.mediaDevices.",
                action="Serve the page over https://, or open it on localhost while you develop.",
                sdk_actions=("JOIN",),
                message="navigator.mediaDevices is undefined.",
                terminal=Terminal.ALWAYS,
                retried=Retried.NO,
                symptoms=("navigator.mediaDevices is undefined", "page over http", "insecure context"),
                source="web SDK: utils/validations.ts",
            ),
            Meaning(
                platforms=ANDROID,
                name="(not named)",
                title="the Android version is too old for this call",
                cause="The feature needs Android 12 (API 31) or newer.",
                action="Ask for the API level before you offer the feature.",
                symptoms=("API not supported", "feature needs Android 12"),
                source="100ms's error pages for Android and Flutter",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        6011,
        (
            Meaning(
                platforms=WEB,
                name="MissingRTCPeerConnection",
                title="the browser has no WebRTC",
                cause="The browser is too old, or an extension or a policy switches WebRTC off.",
                action="Use a current Chrome, Edge, Firefox or Safari, and switch off extensions that block WebRTC.",
                sdk_actions=("JOIN",),
                message="RTCPeerConnection which is a core requirement for WebRTC call was not found",
                terminal=Terminal.ALWAYS,
                retried=Retried.NO,
                symptoms=("RTCPeerConnection not found", "browser not supported", "extension blocks WebRTC"),
                source="web SDK: utils/validations.ts",
            ),
        ),
    ),
    Entry(
        6012,
        (
            Meaning(
                platforms=WEB,
                name="LocalStorageAccessDenied",
                title="the browser keeps the page from its storage",
                cause="Cookies and site data are blocked, often in a private window or an embedded frame. The SDK only "
                "logs it.",
                action="Use a normal window, or allow site data for the page.",
                sdk_actions=("NONE",),
                message="LocalStorageAccessDenied",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("localStorage access denied", "cookies blocked", "private window"),
                source="web SDK: utils/local-storage.ts",
            ),
            Meaning(
                platforms=ANDROID,
                name="(not named)",
                title="there is no such poll",
                cause="getPollResults was called with a poll id that the room does not have.",
                action="Take the id from the SDK's list of polls.",
                symptoms=("poll not found",),
                source="100ms's error pages for Android and Flutter",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        6013,
        (
            Meaning(
                platforms=WEB,
                name="ValidationFailed",
                title="an argument is not valid",
                cause="A peer, role, message or track that the app passed is not valid, or leave was called before "
                "join had finished. The description holds the argument.",
                action="Check that argument at the call.",
                sdk_actions=("VALIDATION",),
                message="{message}",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("validation failed", "invalid argument", "leave before join completed"),
                source="web SDK: sdk/index.ts, transport/index.ts",
            ),
        ),
    ),
)
