"""3008-3011: playing sound, and devices that cannot do, may not do or do not do what is asked."""

from hms_doctor.model.catalogue.entry import (
    ANDROID,
    IOS,
    REACT_NATIVE,
    WEB,
    Entry,
    Meaning,
    Retried,
    Terminal,
)
from hms_doctor.model.causes.cause import Platform

_TRACK = ("TRACK",)

CODES = (
    Entry(
        3008,
        (
            Meaning(
                platforms=frozenset({Platform.ANDROID}) | REACT_NATIVE | WEB,
                name="AutoplayBlocked",
                title="the browser blocked autoplay",
                cause="Sound of another peer was to play before the user had clicked or typed on the page, and the "
                "browser does not allow that. It happens in browsers and web views only.",
                action="Show a button such as 'Turn on sound' and call unblockAudio() when it is clicked.",
                sdk_actions=("AUTOPLAY",),
                message="Autoplay blocked because the user didn't interact with the document first",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("autoplay", "no sound until I click", "cannot hear anyone after joining", "play() failed"),
                source="100ms's error pages for Android, JavaScript and React Native; web SDK: AudioSinkManager.ts",
            ),
            Meaning(
                platforms=IOS,
                name="audiovideoSubsystemFailure",
                title="iOS restarted its media services",
                cause="The system reset its audio and video services; the tracks of the call are dead.",
                action="Leave and join again. Restart the phone if it comes back.",
                terminal=Terminal.UNKNOWN,
                symptoms=("media services were reset", "audio and video stop at once on iPhone"),
                source="100ms's error pages for iOS",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        3009,
        (
            Meaning(
                platforms=WEB,
                name="OverConstrained",
                title="the device cannot do what the role asks",
                cause="No camera or microphone offers the resolution, frame rate or device id that was asked for; the "
                "description names the constraint.",
                action="Lower the video resolution or frame rate of the role in the 100ms dashboard, or choose a "
                "device that exists: a stored device id may belong to another machine.",
                sdk_actions=_TRACK,
                message="[TRACK]: Requested constraints cannot be satisfied with the device hardware - {device}",
                terminal=Terminal.NEVER,
                retried=Retried.YES,
                retries="Once without constraints; then 3000, and the join goes on with an empty track.",
                symptoms=("OverconstrainedError", "requested constraints cannot be satisfied", "wrong device id"),
                source="web SDK: error/utils.ts, sdk/LocalTrackManager.ts",
            ),
            Meaning(
                platforms=IOS,
                name="tracksErrorAudioShouldBeSilenced",
                title="another app plays sound that cannot be mixed",
                cause="Another app holds the audio session. The number was in the SDK of 2021 and later removed.",
                action="Stop the other app's sound, or update the SDK.",
                symptoms=("another app plays audio",),
                source="100ms's API reference for iOS of 2021",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        3010,
        (
            Meaning(
                platforms=WEB,
                name="NoAudioDetected",
                title="the microphone delivers only silence",
                cause="The microphone is open but silent: muted in hardware or in the system, or the wrong one is "
                "chosen. Only the SDK's diagnostics report it, not a call.",
                action="Unmute the microphone, speak, and run hms-doctor devices; otherwise choose another one.",
                sdk_actions=("PREVIEW",),
                message="No audio input detected from microphone",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("no audio detected", "nobody hears me", "microphone muted", "silent microphone"),
                source="web SDK: utils/track-audio-level-monitor.ts, sdk/index.ts",
            ),
        ),
    ),
    Entry(
        3011,
        (
            Meaning(
                platforms=WEB,
                name="SystemDeniedPermission",
                title="the operating system denies the browser camera or microphone",
                cause="The privacy settings of the system keep the browser from the device, whatever the page is "
                "allowed. Firefox gives it for a missing device too.",
                action="macOS: System Settings, Privacy & Security, Camera and Microphone: switch the browser on and "
                "restart it. Windows: Settings, Privacy & security: let desktop apps use them.",
                sdk_actions=_TRACK,
                message="Operating System denied permission to access capture device - {device}",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("permission denied by system", "camera blocked in macOS privacy settings"),
                source="web SDK: error/utils.ts; 100ms's error pages for JavaScript",
            ),
            Meaning(
                platforms=ANDROID | IOS,
                name="micCaptureFailed",
                title="the microphone could not be captured",
                cause="The phone did not give the microphone: another app or a phone call holds it, or the permission "
                "is missing.",
                action="End the phone call or close the other app, check the microphone permission, then unmute.",
                symptoms=("mic capture failed", "microphone taken by a phone call"),
                source="100ms's error pages for Android and Flutter; API reference for iOS",
                unrelated=True,
            ),
        ),
    ),
)
