"""3000-3007: opening a camera or a microphone."""

from hms_doctor.model.catalogue.entry import (
    ANDROID,
    EVERYWHERE,
    IOS,
    NATIVE,
    PAGES,
    REACT_NATIVE,
    WEB,
    Entry,
    Meaning,
    Retried,
    Terminal,
)

_TRACK = ("TRACK",)
_JOINS_ANYWAY = "None; on web the join goes on with a silent or black track in place of the device."
_WEB_SOURCE = "web SDK: error/utils.ts, sdk/LocalTrackManager.ts"

CODES = (
    Entry(
        3000,
        (
            Meaning(
                platforms=WEB,
                name="GenericTrack",
                title="the capture device failed in a way without a code of its own",
                cause="The browser refused camera or microphone with an error that the SDK does not tell apart, or "
                "refused them a second time after the SDK had dropped every constraint.",
                action="Close other programs that use the device, unplug it and plug it in again, then run "
                "hms-doctor devices. The description holds the browser's own words.",
                sdk_actions=_TRACK,
                message="[TRACK]: {description}",
                terminal=Terminal.NEVER,
                retried=Retried.YES,
                retries="Once without constraints; then the join goes on with a silent or black track.",
                symptoms=("AbortError", "overconstrained after dropping all constraints", "camera does not start"),
                source=_WEB_SOURCE,
            ),
            Meaning(
                platforms=NATIVE - REACT_NATIVE,
                name="GenericTrack",
                title="a track failed, no detail given",
                cause="The native SDKs use this number for any track error that has no code of its own.",
                action="Read the description that came with it, and test camera and microphone in the phone's own "
                "camera and recorder apps.",
                sdk_actions=_TRACK,
                symptoms=("generic track error",),
                source="100ms's error pages and API reference for Android; API reference for iOS",
            ),
        ),
    ),
    Entry(
        3001,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="CantAccessCaptureDevice",
                title="permission for camera or microphone is denied",
                cause="The user, the page or the app does not allow the camera or the microphone. On web, where the "
                "operating system and not the browser says no, the code is 3011.",
                action="Web: click the icon left of the address, allow camera and microphone, reload. Phone: allow "
                "them in the app's settings. hms-doctor devices shows whether this machine allows them.",
                sdk_actions=_TRACK,
                message="User denied permission to access capture device - {device}",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                retries=_JOINS_ANYWAY,
                symptoms=(
                    "permission denied",
                    "camera permission",
                    "microphone permission",
                    "camera blocked",
                    "NotAllowedError",
                ),
                source=f"{PAGES}; {_WEB_SOURCE}",
            ),
        ),
    ),
    Entry(
        3002,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="DeviceNotAvailable",
                title="there is no such camera or microphone",
                cause="The device is not connected, was unplugged, or is switched off by a key or a cover. Firefox "
                "reports the same as 3011.",
                action="Plug the device in or switch it on, choose it in the app, and run hms-doctor devices: it lists "
                "what this machine has.",
                sdk_actions=_TRACK,
                message="[TRACK]: Capture device is no longer available - {device}",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                retries=_JOINS_ANYWAY,
                symptoms=(
                    "camera not found",
                    "no camera",
                    "no microphone",
                    "requested device not found",
                    "NotFoundError",
                ),
                source=f"{PAGES}; {_WEB_SOURCE}",
            ),
        ),
    ),
    Entry(
        3003,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="DeviceInUse",
                title="another program holds the camera or microphone",
                cause="Another application, another tab or another user of the machine has the device open. A busy "
                "camera alone is reported on web as audio and video.",
                action="Close the other meeting program or tab, then try again. hms-doctor devices names the program "
                "that holds the device where the system tells.",
                sdk_actions=_TRACK,
                message="[TRACK]: Capture device is in use by another application - {device}",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                retries=_JOINS_ANYWAY,
                symptoms=(
                    "camera in use",
                    "microphone in use",
                    "camera busy",
                    "device used by another application",
                    "NotReadableError",
                    "could not start video source",
                ),
                source=f"{PAGES}; {_WEB_SOURCE}",
            ),
        ),
    ),
    Entry(
        3004,
        (
            Meaning(
                platforms=WEB,
                name="DeviceLostMidway",
                title="the capture device was lost during the call",
                cause="The pages for JavaScript promise it for a device that is lost during a call; the web SDK never "
                "raises it and gives 3014 or 3015 instead.",
                action="Reconnect the device and choose it again. Handle 3014 and 3015 in the app.",
                message="Lost access to capture device midway - {device}",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("camera unplugged during the call", "device lost midway"),
                source="100ms's error pages for JavaScript; web SDK: error/ErrorFactory.ts",
            ),
            Meaning(
                platforms=ANDROID | IOS,
                name="PeerConnectionFactoryDisposed",
                title="the SDK was used after it had been released",
                cause="A track was asked for after the native WebRTC engine had been shut down, mostly after leave.",
                action="Build a new SDK object and join again; do not use tracks of a call that was left.",
                symptoms=("peer connection factory disposed", "track used after leave"),
                source="100ms's API reference for Android and, of 2021, for iOS",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        3005,
        (
            Meaning(
                platforms=EVERYWHERE - REACT_NATIVE,
                name="NothingToReturn",
                title="neither audio nor video was asked for",
                cause="The track settings ask for neither audio nor video, or a screen was to be shared with audio "
                "alone and has no audio.",
                action="Give audio or video settings. For a tab shared with audio alone, tick the box that shares its "
                "sound.",
                sdk_actions=_TRACK,
                message="There is no media to return. Please select either video or audio or both.",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("there is no media to return", "screen share without sound"),
                source="web SDK: media/settings/HMSTrackSettings.ts, sdk/index.ts; 100ms's error pages for Android",
            ),
        ),
    ),
    Entry(
        3006,
        (
            Meaning(
                platforms=EVERYWHERE - REACT_NATIVE,
                name="InvalidVideoSettings",
                title="simulcast without video settings",
                cause="Simulcast is on, but no video settings say what to send.",
                action="Give video settings, or turn simulcast off in the role's template in the 100ms dashboard.",
                sdk_actions=_TRACK,
                message="Cannot enable simulcast when no video settings are provided",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("cannot enable simulcast",),
                source="web SDK: media/settings/HMSTrackSettings.ts; 100ms's error pages for Android",
            ),
        ),
    ),
    Entry(
        3007,
        (
            Meaning(
                platforms=ANDROID | IOS,
                name="CodecChangeNotPermitted",
                title="the codec cannot change during a call",
                cause="The app tried to change a track's codec while in a call. The web SDK has the number but never "
                "raises it.",
                action="Set the codec in the role's template, and leave and join again to change it.",
                message="Codec can't be changed mid call.",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("change codec mid call",),
                source="100ms's error pages for Android and Flutter; API reference for iOS",
            ),
        ),
    ),
)
