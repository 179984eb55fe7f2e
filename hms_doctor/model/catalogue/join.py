"""5000-6005: joining twice, too early or too late, and negotiating again."""

from hms_doctor.model.catalogue.entry import (
    ANDROID,
    EVERYWHERE,
    IOS,
    PAGES,
    REACT_NATIVE,
    WEB,
    Entry,
    Meaning,
    Retried,
    Terminal,
)

CODES = (
    Entry(
        5000,
        (
            Meaning(
                platforms=ANDROID | IOS,
                name="SERVER_ERRORS",
                title="the server refused the join (placeholder)",
                cause="A placeholder: an app gets the server's own code, so this number is not expected from the SDK.",
                action="Look up the code in the description, such as hms-doctor explain 40108.",
                sdk_actions=("JOIN",),
                terminal=Terminal.DEPENDS,
                terminal_when="The pages do not say; read isTerminal.",
                symptoms=("server error on join",),
                source="100ms's API reference for Android and, of 2021, for iOS",
            ),
            Meaning(
                platforms=REACT_NATIVE,
                name="(not named)",
                title="preview is in progress",
                cause="The React Native wrapper on iOS gives it when join or preview is called while a preview runs.",
                action="Wait until the preview is ready, then call join.",
                terminal=Terminal.NEVER,
                symptoms=("preview is in progress",),
                source="React Native wrapper: HMSRNSDK.swift",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        5001,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="AlreadyJoined",
                title="this client is already joining or has joined",
                cause="join or preview was called a second time before leave. On web it also follows a preview that "
                "failed, and hides why: look at the first error, not at this one.",
                action="Call join once, and leave before joining again. Guard the button against double clicks and "
                "React effects that run twice.",
                sdk_actions=("JOIN",),
                message="[JOIN]: You have already joined this room.",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("already joined", "joined twice", "cannot join a meeting in Connecting state"),
                source=f"{PAGES}; web SDK: transport/index.ts",
            ),
        ),
    ),
    Entry(
        5002,
        (
            Meaning(
                platforms=WEB,
                name="CannotJoinPreviewInProgress",
                title="join was called while a preview starts",
                cause="The pages for JavaScript promise it for a join during a preview; the web SDK gives 6003.",
                action="Wait for the room state Preview, then call join. Handle 6003 in the app.",
                message="[JOIN]: Cannot join if preview is in progress",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("cannot join if preview is in progress",),
                source="100ms's error pages for JavaScript; web SDK: error/ErrorFactory.ts",
            ),
            Meaning(
                platforms=ANDROID,
                name="(not named)",
                title="preview was started twice",
                cause="preview was called while an earlier preview was still starting.",
                action="Call preview once and wait for onPreview.",
                symptoms=("preview called twice",),
                source="100ms's error pages for Android and Flutter",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        6000,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="NotConnected",
                title="the client is not in a room",
                cause="Something that needs a room was called before join had finished or after leave.",
                action="Call it after onJoin, and stop timers and effects at leave.",
                sdk_actions=("VALIDATION",),
                message="Client is not connected",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("client is not connected", "called before join", "INVALID_LAYER"),
                source="web SDK: sdk/index.ts; 100ms's error pages for Android; React Native wrapper",
            ),
        ),
    ),
    Entry(
        6001,
        (
            Meaning(
                platforms=WEB | ANDROID | IOS,
                name="Signalling",
                title="a signalling call was wrong",
                cause="On web stopTranscription was called without a mode. The native SDKs keep the number for "
                "signalling errors without a code of their own.",
                action="Give stopTranscription its mode; otherwise read the description.",
                sdk_actions=("VALIDATION",),
                message="Unknown signalling error: {action} {description}",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("stopTranscription without mode", "signalling error"),
                source="web SDK: sdk/index.ts; API reference for Android",
            ),
        ),
    ),
    Entry(
        6002,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="Unknown",
                title="negotiating the media again failed",
                cause="Something unforeseen failed while the media connection was negotiated again, for example when "
                "a track was added or another peer came. The description holds the original error.",
                action="Run hms-doctor check --join: it tells which message failed. Ask the user to leave and join "
                "again; if it comes back, send the description and a log at verbose level to 100ms support.",
                sdk_actions=("PUBLISH", "SUBSCRIBE"),
                message="Unknown exception: {description}",
                terminal=Terminal.DEPENDS,
                terminal_when="Told as not terminal, though the web SDK has left the room when it happens on the "
                "receiving side.",
                retried=Retried.NO,
                symptoms=("renegotiation failed", "error while renegotiating", "malformed ICE candidate"),
                source=f"{PAGES}; web SDK: transport/index.ts",
            ),
            Meaning(
                platforms=ANDROID | REACT_NATIVE,
                name="Unknown",
                title="an error without a code of its own",
                cause="The page for Android lists the number a second time for any other failure, and the React Native "
                "wrapper uses it for everything it cannot name.",
                action="Read the description: it is the only thing that tells what failed.",
                symptoms=("error without a code",),
                source="100ms's error pages for Android; React Native wrapper",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        6003,
        (
            Meaning(
                platforms=WEB | ANDROID | IOS,
                name="NotReady",
                title="join was called while a preview starts",
                cause="The preview had not finished when join was called.",
                action="Wait for the room state Preview, then call join.",
                sdk_actions=("JOIN",),
                message="Preview is in progress, can't join",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("preview is in progress, can't join", "not ready"),
                source="web SDK: sdk/index.ts",
            ),
        ),
    ),
    Entry(
        6004,
        (
            Meaning(
                platforms=ANDROID | REACT_NATIVE | IOS,
                name="JsonParsingFailed",
                title="the wrapper was called with wrong or missing parameters",
                cause="The Flutter and React Native wrappers give it when a parameter is missing or of the wrong type. "
                "The native SDKs keep it for JSON that they cannot read.",
                action="Compare the call's parameters with the API reference of the wrapper's version.",
                message="Failed to parse JSON message - {json}",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("JSON parsing failed", "wrong parameters", "missing parameter"),
                source="Flutter wrapper: HMSExceptionExtension.kt; 100ms's error pages for Android and Flutter",
            ),
        ),
    ),
)
