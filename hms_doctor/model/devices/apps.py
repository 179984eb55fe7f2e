"""Programs by the names that people know them by."""

from typing import Final

_NAMES: Final = {
    "brave": "Brave",
    "cheese": "Cheese",
    "chrome": "Chrome",
    "chromium": "Chromium",
    "chromium-browse": "Chromium",
    "CiscoCollabHost": "Webex",
    "discord": "Discord",
    "ffmpeg": "FFmpeg",
    "firefox": "Firefox",
    "firefox-bin": "Firefox",
    "firefox-esr": "Firefox",
    "guvcview": "Guvcview",
    "gst-launch-1.0": "GStreamer",
    "Isolated Web Co": "Firefox",
    "kamoso": "Kamoso",
    "msedge": "Edge",
    "obs": "OBS",
    "obs-studio": "OBS",
    "opera": "Opera",
    "pipewire": "PipeWire",
    "signal-desktop": "Signal",
    "skypeforlinux": "Skype",
    "slack": "Slack",
    "teams": "Teams",
    "teams-for-linux": "Teams",
    "telegram-deskto": "Telegram",
    "vivaldi-bin": "Vivaldi",
    "vlc": "VLC",
    "wireplumber": "WirePlumber",
    "zoom": "Zoom",
    "zoom.real": "Zoom",
    "ZoomWebviewHost": "Zoom",
    # Windows: programs without their .exe, and packages
    "applicationframehost": "a Windows app",
    "brave-browser": "Brave",
    "cpthost": "Zoom",
    "gotomeeting": "GoTo",
    "ms-teams": "Teams",
    "msteams": "Teams",
    "obs32": "OBS",
    "obs64": "OBS",
    "skypeapp": "Skype",
    "webexmta": "Webex",
    "whatsapp": "WhatsApp",
    "whatsappdesktop": "WhatsApp",
    "windowscamera": "Camera",
}
"""By ``/proc/PID/comm``, which the kernel cuts to 15 letters, or by the file's name on Windows."""


_EXE: Final = ".exe"


def app_name(comm: str) -> str:
    """Give a program's name for people; one that is not known keeps the kernel's."""
    plain = comm[: -len(_EXE)] if comm.lower().endswith(_EXE) else comm
    return _NAMES.get(plain) or _NAMES.get(plain.lower(), comm)
