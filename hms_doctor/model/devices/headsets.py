"""What a connected Bluetooth device is good for in a call, by the profiles that it has, not by the active one."""

from typing import Final

from hms_doctor.model.devices.radios import AudioProfile, Headset, Offer

_CALLS: Final = (AudioProfile.LE_AUDIO, AudioProfile.HFP, AudioProfile.HSP)
"""Profiles with a microphone, the best sound first."""
_HFP: Final = {Offer.CALL_8_KHZ: "HFP: 8 kHz in a call", Offer.CALL_16_KHZ: "HFP: 16 kHz in a call"}


def can_call(headset: Headset) -> bool:
    """Whether the device has a microphone that a call can use, or may have one: its services are not known yet."""
    return not headset.profiles or any(profile in headset.profiles for profile in _CALLS)


def told(headset: Headset) -> str:
    """Name a device with what a call gets of it."""
    best = next((profile for profile in _CALLS if profile in headset.profiles), AudioProfile.A2DP)
    if not headset.profiles:
        return f"{headset.name} (its profiles are not known yet)"
    match best:
        case AudioProfile.LE_AUDIO:
            return f"{headset.name} (LE Audio)"
        case AudioProfile.HFP:
            return f"{headset.name} ({_HFP.get(headset.offer, 'HFP: 8 or 16 kHz in a call')})"
        case AudioProfile.HSP:
            return f"{headset.name} (HSP: 8 kHz in a call)"
        case AudioProfile.A2DP:
            return headset.name


def for_listening_only(headset: Headset) -> str:
    """Say that a device has no microphone for a call."""
    return f"{headset.name}, for listening only: no call profile (HFP), so it has no microphone for a call"
