"""4000-4008: the peer connections, and what the React Native wrapper numbers alike."""

from hms_doctor.model.catalogue.entry import (
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

_MEDIA = ("PUBLISH", "SUBSCRIBE")
_DUMP = (
    "Run hms-doctor check --join: it names the description and the line at fault. Ask the user to join again; if it "
    "comes back, record it: on web open chrome://webrtc-internals before the call "
    "and save its dump, on phones set the SDK's log level to verbose. Send it to 100ms support with time and room."
)


def _negotiation(code: int, *, name: str, call: str, cause: str, message: str, terminal: Terminal) -> Entry:
    """Describe one of the four WebRTC calls that exchange descriptions: they fail alike."""
    return Entry(
        code,
        (
            Meaning(
                platforms=EVERYWHERE,
                name=name,
                title=f"WebRTC's {call} failed",
                cause=cause,
                action=_DUMP,
                sdk_actions=_MEDIA,
                message=message,
                terminal=terminal,
                terminal_when="" if terminal is Terminal.ALWAYS else "Not on web; the pages for phones do not say.",
                retried=Retried.NO,
                retries="Not at join; during a reconnection within its 60 s.",
                symptoms=(f"{call} failed", "WebRTC error", "SDP error"),
                source=f"{PAGES}; web SDK: connection/HMSConnection.ts",
            ),
        ),
    )


CODES = (
    Entry(
        4000,
        (
            Meaning(
                platforms=REACT_NATIVE,
                name="PEER_NOT_FOUND",
                title="the wrapper found no such peer or role",
                cause="The React Native wrapper was given a peer or a role that it does not know. It is a promise "
                "rejection of the wrapper, not an error of the SDK.",
                action="Take peers and roles from the SDK's own lists at the moment of the call: the peer may have "
                "left.",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("PEER_NOT_FOUND", "ROLE_NOT_FOUND"),
                source="React Native wrapper: HMSRNSDK.kt",
            ),
        ),
    ),
    _negotiation(
        4001,
        name="CreateOfferFailed",
        call="createOffer",
        cause="The browser or phone could not make an offer for the media connection.",
        message="[{action}]: Failed to create offer.",
        terminal=Terminal.DEPENDS,
    ),
    _negotiation(
        4002,
        name="CreateAnswerFailed",
        call="createAnswer",
        cause="The browser or phone could not answer the media server's offer.",
        message="[{action}]: Failed to create answer.",
        terminal=Terminal.DEPENDS,
    ),
    _negotiation(
        4003,
        name="SetLocalDescriptionFailed",
        call="setLocalDescription",
        cause="The browser or phone refused its own description of the media.",
        message="[{action}]: Failed to set offer.",
        terminal=Terminal.DEPENDS,
    ),
    _negotiation(
        4004,
        name="SetRemoteDescriptionFailed",
        call="setRemoteDescription",
        cause="The browser or phone could not take the media server's description, for example a malformed one.",
        message="[{action}]: Failed to set answer.",
        terminal=Terminal.ALWAYS,
    ),
    Entry(
        4005,
        (
            Meaning(
                platforms=EVERYWHERE,
                name="ICEFailure",
                title="no media path could be built (ICE failed)",
                cause="No network path to the media server works: UDP is blocked, TURN cannot be reached or refuses, "
                "or encryption (DTLS) does not come up. Signalling may well work at the same time.",
                action="Tell the user to check the connection, or to try another network. Run hms-doctor network: it "
                "tries every relay; its --firewall-request prints what the administrator must open. Then hms-doctor "
                "check --join tells whether sending or receiving fails, at ICE or at DTLS.",
                sdk_actions=_MEDIA,
                message="[{action}]: Ice connection state FAILED",
                terminal=Terminal.DEPENDS,
                terminal_when="Receiving: after 60 s without a path. Sending: not while the server answers the ICE "
                "restarts.",
                after_s=60,
                retried=Retried.YES,
                retries="Sending: an ICE restart that counts as success as soon as it is answered. Receiving: 60 s of "
                "waiting.",
                symptoms=(
                    "ICE connection failed",
                    "connected but no video",
                    "black screen",
                    "UDP blocked",
                    "TURN blocked",
                    "no media behind a firewall",
                    "works on mobile data but not in the office",
                ),
                source=f"{PAGES}; web SDK: transport/index.ts",
            ),
        ),
    ),
    Entry(
        4006,
        (
            Meaning(
                platforms=WEB | IOS,
                name="ICEDisconnected",
                title="the media path is interrupted",
                cause="Sending: 5 s without a working path, a slow first connection included. Receiving: 5 s of "
                "disconnection. On web a blocked network shows this code first, before 4005.",
                action="Treat it as 4005: run hms-doctor network. If it comes and goes, look for weak Wi-Fi or a VPN "
                "that reconnects.",
                sdk_actions=_MEDIA,
                message="[{action}]: Ice connection state DISCONNECTED",
                terminal=Terminal.DEPENDS,
                terminal_when="Mostly not: it comes as reconnecting; terminal where the server refuses the restart "
                "for 60 s.",
                after_s=60,
                retried=Retried.YES,
                retries="As 4005.",
                symptoms=("ICE disconnected", "reconnecting every few seconds", "media freezes and comes back"),
                source="web SDK: transport/index.ts, utils/constants.ts; API reference for iOS",
            ),
        ),
    ),
    Entry(
        4007,
        (
            Meaning(
                platforms=WEB,
                name="StatsFailed",
                title="the connection's statistics could not be read",
                cause="The browser's getStats() failed. The SDK only reports it to 100ms's analytics.",
                action="Do nothing: the call goes on.",
                sdk_actions=_MEDIA,
                message="Failed to WebRTC get stats - {description}",
                terminal=Terminal.NEVER,
                retried=Retried.NO,
                symptoms=("getStats failed",),
                source="web SDK: rtc-stats/HMSWebrtcStats.ts",
            ),
        ),
    ),
    Entry(
        4008,
        (
            Meaning(
                platforms=WEB,
                name="PublishAnswerSuperseded",
                title="an answer came too late and was dropped",
                cause="The SDK had a newer offer under way when the answer to the older one came (0.15.2 and newer).",
                action="Do nothing: the SDK negotiates again. At join it is reported as 4004.",
                sdk_actions=("PUBLISH",),
                message="[{action}]: Publish answer discarded, a newer offer is in flight.",
                terminal=Terminal.NEVER,
                retried=Retried.YES,
                retries="The SDK repeats the negotiation.",
                symptoms=("publish answer discarded",),
                source="web SDK 0.15.2: error/ErrorFactory.ts",
            ),
        ),
    ),
)
