"""How far a join came, by 100ms's own names (hms-video-store: diagnostics/interfaces.ts, ConnectivityState)."""

from enum import StrEnum


class Stage(StrEnum):
    """The stages in their order; ICE is told apart for both directions, as the SDK's report does beside its state."""

    INIT_FETCHED = "INIT_FETCHED"
    SIGNAL_CONNECTED = "SIGNAL_CONNECTED"
    ICE_ESTABLISHED_PUBLISH = "ICE_ESTABLISHED (publish)"
    ICE_ESTABLISHED_SUBSCRIBE = "ICE_ESTABLISHED (subscribe)"
    MEDIA_CAPTURED = "MEDIA_CAPTURED"
    MEDIA_PUBLISHED = "MEDIA_PUBLISHED"
    COMPLETED = "COMPLETED"
