"""One peer connection's transport, judged: connected and encrypted, or 4005 with the side and the step."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import room as causes
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.transport_words import evidence_of, gathered_words, pair_of, path_words
from hms_doctor.model.room.transports import (
    DtlsFailed,
    DtlsNotReached,
    DtlsUp,
    DtlsWaiting,
    IceConnected,
    IceFailed,
    IceLost,
    IceWaiting,
    Transport,
)
from hms_doctor.model.units import Seconds

ICE_PATIENCE: Final = Seconds(5)
"""The SDK itself tells an interruption after so long without a path (utils/constants.ts: ICE_DISCONNECTION_TIMEOUT)."""
DTLS_PATIENCE: Final = Seconds(3)
"""A handshake repeats its flights after 1 s and 2 s more (RFC 6347, 4.2.4.1)."""
_SIDES: Final[Mapping[Side, str]] = {Side.PUBLISH: "sending", Side.SUBSCRIBE: "receiving"}
_NO_PATH: Final[Mapping[Side, Cause]] = {Side.PUBLISH: causes.ICE_PUBLISH, Side.SUBSCRIBE: causes.ICE_SUBSCRIBE}
_UNTOLD: Final = (
    "Report to 100ms's support with the room's id and this time that the media server tells no address to send to."
)
_MORE_TIME: Final = "Give the run more time with --timeout."


def judge_transport(transport: Transport) -> Finding:
    """Say how far the connection came, and after what it stopped."""
    return replace(_judged(transport), evidence=evidence_of(transport))


def _judged(transport: Transport) -> Finding:
    side = _SIDES[transport.side]
    match transport.ice:
        case IceConnected():
            return _connected(transport, transport.ice)
        case IceFailed(after=after):
            return _no_path(transport, f"every path was tried in vain for {after:.0f} s")
        case IceWaiting(waited=waited) if waited >= ICE_PATIENCE:
            return _no_path(transport, f"no path answered in {waited:.0f} s")
        case IceWaiting(waited=waited):
            summary = f"we could not tell: {side} had only {waited:.1f} s to find a path"
            return Undecided(summary=summary, action=_MORE_TIME)
        case IceLost(after=after):
            summary = f"ICE connection failed: {side} stood for {after:.0f} s, then the media server fell silent"
            return Failed(cause=causes.ICE_LOST, summary=summary)


def _no_path(transport: Transport, tried: str) -> Finding:
    side, ours, theirs = _SIDES[transport.side], gathered_words(transport.ours), gathered_words(transport.theirs)
    if not transport.ours:
        summary = f"we could not tell: for {side}, this machine has no address that WebRTC uses (loopback is none)"
        return Undecided(summary=summary, action="Connect this machine to a network, then run again.")
    summary = f"ICE connection failed: {side}: {tried} (candidates here: {ours}; of the server: {theirs})"
    return Failed(cause=_NO_PATH[transport.side], summary=summary, action="" if transport.theirs else _UNTOLD)


def _connected(transport: Transport, ice: IceConnected) -> Finding:
    side, path = _SIDES[transport.side], path_words(pair_of(transport)) or "a path was found"
    match transport.dtls:
        case DtlsUp(after=after):
            return Passed(summary=f"{side}: {path}, ICE in {ice.after:.0f} ms, DTLS in {after:.0f} ms")
        case DtlsFailed(why=why):
            summary = f"ICE connection failed: {side}: a path was found ({path}), but DTLS failed: {why}"
            return Failed(cause=causes.DTLS_FAILED, summary=summary)
        case DtlsWaiting(waited=waited) if waited >= DTLS_PATIENCE:
            summary = f"ICE connection failed: {side}: a path was found ({path}), but DTLS got no answer in"
            return Failed(cause=causes.DTLS_STUCK, summary=f"{summary} {waited:.0f} s")
        case DtlsWaiting() | DtlsNotReached():
            summary = f"we could not tell: {side} found a path, and had no time left for DTLS"
            return Undecided(summary=summary, action=_MORE_TIME)
