"""The room's policy in the shape in which 100ms pushes it (hms-video-store: interfaces/role)."""

from hms_doctor.model.json import JsonObject, JsonValue

TEMPLATE_ID = "60c0d1a2b3c4d5e6f7081920"
_PUBLISHES = {"host": ("audio", "video", "screen"), "guest": ()}
ROLES = tuple(_PUBLISHES)
_MODERATION = ("endRoom", "removeOthers", "mute", "unmute", "changeRole", "pollWrite")
_STREAMING = ("hlsStreaming", "rtmpStreaming", "browserRecording")


def policy(role: str) -> dict[str, JsonValue]:
    """Give the parameters of ``on-policy-change`` for this role."""
    return {
        "name": role,
        "known_roles": {name: role_of(name, allowed) for name, allowed in _PUBLISHES.items()},
        "template_id": TEMPLATE_ID,
        "plugins": {},
        "app_data": {},
    }


def role_of(name: str, allowed: tuple[str, ...]) -> JsonObject:
    """Give a role's definition; it publishes what is allowed and hears everybody."""
    moderates = bool(allowed)
    return {
        "name": name,
        "priority": 1 if moderates else 2,
        "publishParams": {
            "allowed": list(allowed),
            "audio": {"bitRate": 32, "codec": "opus"},
            "video": {"bitRate": 300, "codec": "vp8", "frameRate": 30, "width": 480, "height": 360},
            "screen": {"bitRate": 1024, "codec": "vp8", "frameRate": 15, "width": 1920, "height": 1080},
            "videoSimulcastLayers": {},
            "screenSimulcastLayers": {},
        },
        "subscribeParams": {
            "subscribeToRoles": list(ROLES),
            "maxSubsBitRate": 3200,
            "subscribeDegradation": {
                "packetLossThreshold": 25,
                "degradeGracePeriodSeconds": 1,
                "recoverGracePeriodSeconds": 4,
            },
        },
        "permissions": {
            **dict.fromkeys(_MODERATION, moderates),
            **dict.fromkeys(_STREAMING, False),
            "pollRead": True,
        },
    }
