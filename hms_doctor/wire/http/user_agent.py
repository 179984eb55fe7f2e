"""How we present ourselves where the SDK presents itself."""

from hms_doctor import __version__

SDK_VERSION = "0.15.2"
"""The web SDK whose requests ours look like (npm ``@100mslive/hms-video-store``)."""


def user_agent_v2() -> str:
    """Give the value of ``user_agent_v2``: comma-separated ``key:value`` pairs in the SDK's order.

    The SDK leaves absent values out and makes every blank a ``_`` (hms-video-store: utils/user-agent.ts). The device
    model is free text there; it names us, so that a server's log tells our probes from calls.
    """
    pairs = {
        "os": "web_nodejs",
        "sdk": "web",
        "sdk_version": SDK_VERSION,
        "device_model": f"hms-doctor {__version__}",
        "env": "prod",
        "is_prebuilt": "false",
        "framework": "js",
        "framework_sdk_version": SDK_VERSION,
    }
    return ",".join(f"{key}:{value}" for key, value in pairs.items()).replace(" ", "_")
