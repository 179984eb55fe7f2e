"""3012-3017: Bluetooth, screen sharing, and devices that go away or send nothing."""

from hms_doctor.model.catalogue.entry import ANDROID, IOS, REACT_NATIVE, WEB, Entry, Meaning, Retried, Terminal

_TRACK = ("TRACK",)

CODES = (
    Entry(
        3012,
        (
            Meaning(
                platforms=ANDROID | REACT_NATIVE,
                name="BLUETOOTH_CONNECT missing",
                title="the app lacks the BLUETOOTH_CONNECT permission",
                cause="On Android 12 and newer the app may not talk to Bluetooth devices: the run-time permission "
                "BLUETOOTH_CONNECT was not declared or not granted.",
                action="Add android.permission.BLUETOOTH_CONNECT to the manifest and ask for it at run time; it is of "
                "the dangerous level. Users: allow Nearby devices in the app's settings.",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=(
                    "bluetooth permission",
                    "bluetooth connect permission",
                    "nearby devices permission",
                    "no sound on bluetooth headset",
                    "crash on Android 12 with headset",
                ),
                source="100ms's error pages for Flutter (older) and React Native",
            ),
            Meaning(
                platforms=WEB,
                name="CurrentTabNotShared",
                title="another surface than the current tab was shared",
                cause="The app asked for the current tab (forceCurrentTab) and the user shared another tab, a window "
                "or the screen.",
                action="Ask the user to share again and choose this tab, or drop forceCurrentTab.",
                sdk_actions=_TRACK,
                message="The app requires you to share the current tab",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("share the current tab", "wrong tab shared"),
                source="web SDK: error/ErrorFactory.ts",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        3013,
        (
            Meaning(
                platforms=ANDROID | REACT_NATIVE,
                name="BLUETOOTH missing",
                title="the app lacks the BLUETOOTH permission",
                cause="On Android 11 and older the app may not use Bluetooth: its manifest does not declare the "
                "permission BLUETOOTH.",
                action="Add android.permission.BLUETOOTH to the manifest with maxSdkVersion 30; it needs no question "
                "at run time.",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("bluetooth permission on Android 11", "no sound on bluetooth headset on old Android"),
                source="100ms's error pages for Flutter (older) and React Native",
            ),
            Meaning(
                platforms=WEB,
                name="Audio playback error",
                title="the sound of another peer could not be played",
                cause="The browser failed to play a remote audio track for another reason than autoplay.",
                action="Choose another speaker, then leave and join again. hms-doctor devices lists the speakers.",
                sdk_actions=_TRACK,
                message="{description}",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("audio playback error", "remote audio does not play"),
                source="web SDK: audio-sink-manager/AudioSinkManager.ts",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        3014,
        (
            Meaning(
                platforms=WEB,
                name="SelectedDeviceMissing",
                title="the chosen camera or microphone has gone",
                cause="The list of devices changed and the one that was chosen is no longer in it.",
                action="Plug it in again or choose another one in the app.",
                sdk_actions=_TRACK,
                message="Could not detect selected {kind} device",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("headset unplugged during the call", "could not detect selected device"),
                source="web SDK: device-manager/DeviceManager.ts",
            ),
        ),
    ),
    Entry(
        3015,
        (
            Meaning(
                platforms=WEB,
                name="NoDataInTrack",
                title="the published track carries no data",
                cause="The track was muted by the system or had ended when it was published: another program or an "
                "incoming call holds the device.",
                action="Close the other program or end the call, then turn camera or microphone off and on.",
                sdk_actions=_TRACK,
                message="{kind} track has no data. muted: {muted}, readyState: {state}",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("black video", "track has no data", "camera is on but others see nothing"),
                source="web SDK: sdk/index.ts; 100ms's error pages for JavaScript",
            ),
            Meaning(
                platforms=IOS,
                name="(not named)",
                title="the audio session failed",
                cause="The system's audio session reported an error (SDK 1.16.4 and newer).",
                action="End other calls, then leave and join again.",
                symptoms=("audio session error on iPhone",),
                source="100ms's release notes for iOS",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        3017,
        (
            Meaning(
                platforms=ANDROID,
                name="MediaProjectionPermission",
                title="the app may not share the screen",
                cause="On Android 14 and newer sharing the screen needs a permission that the app does not declare.",
                action="Add android.permission.FOREGROUND_SERVICE_MEDIA_PROJECTION to the manifest.",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("screen share fails on Android 14", "media projection permission"),
                source="100ms's error pages for Android and Flutter",
            ),
        ),
    ),
)
