"""What a role may do in the room, as far as a join depends on it (hms-video-store: PolicyParams)."""

from collections.abc import Mapping, Sequence
from typing import Final

from hms_doctor.model.network.server import RolePolicy
from hms_doctor.model.room.joining import Peer

WITHOUT_OFFER: Final = "nonWebRTCDisableOffer"
"""The flag of init with which a role that sends and hears nothing joins without a peer connection."""
KINDS: Final = ("audio", "video")
"""What a doctor sends, where the role may; a screen would be a track that people are shown."""


def heard_roles(policy: RolePolicy) -> frozenset[str]:
    """Give the roles whose tracks ours is sent."""
    known = policy.raw.get("known_roles")
    role = known.get(policy.role) if isinstance(known, Mapping) else None
    params = role.get("subscribeParams") if isinstance(role, Mapping) else None
    heard = params.get("subscribeToRoles") if isinstance(params, Mapping) else None
    if isinstance(heard, str) or not isinstance(heard, Sequence):
        return frozenset()
    return frozenset(name for name in heard if isinstance(name, str))


def sent_kinds(policy: RolePolicy) -> tuple[str, ...]:
    """Give the kinds of media that a doctor sends in this role."""
    return tuple(kind for kind in KINDS if kind in policy.publishes)


def needs_no_connection(policy: RolePolicy, flags: tuple[str, ...]) -> bool:
    """Whether the SDK joins in this role without an offer."""
    return WITHOUT_OFFER in flags and not policy.publishes and not heard_roles(policy)


def tracks_to_hear(policy: RolePolicy, others: tuple[Peer, ...]) -> int:
    """Count the tracks of others that our role should be offered."""
    heard = heard_roles(policy)
    return sum(peer.publishes for peer in others if peer.role in heard)
