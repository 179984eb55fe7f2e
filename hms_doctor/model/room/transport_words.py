"""One peer connection's transport in words and as evidence: candidates by type, the selected pair, ICE, DTLS."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from hms_doctor.model.json import JsonObject
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.stages import Stage
from hms_doctor.model.room.transports import (
    Candidate,
    CandidatePair,
    CandidateType,
    Dtls,
    DtlsFailed,
    DtlsNotReached,
    DtlsUp,
    DtlsWaiting,
    IceConnected,
    IceFailed,
    IceLost,
    IceWaiting,
    NoPair,
    Transport,
)

_ESTABLISHED: Final[Mapping[Side, Stage]] = {
    Side.PUBLISH: Stage.ICE_ESTABLISHED_PUBLISH,
    Side.SUBSCRIBE: Stage.ICE_ESTABLISHED_SUBSCRIBE,
}
_SHOWN: Final = 10


def candidate_words(candidate: Candidate) -> str:
    """Say ``host udp 192.0.2.2:4711``."""
    address = f"[{candidate.address}]" if ":" in candidate.address else candidate.address
    return f"{candidate.type.value} {candidate.protocol} {address}:{candidate.port}"


def gathered_words(candidates: Iterable[Candidate]) -> str:
    """Count by type: ``2 host, 1 relay``; ``none`` for none."""
    counts = Counter(candidate.type for candidate in candidates)
    return ", ".join(f"{counts[kind]} {kind.value}" for kind in CandidateType if counts[kind]) or "none"


def path_words(pair: CandidatePair | NoPair) -> str:
    """Say which way media takes: ``direct over UDP``, ``through the relay 203.0.113.5``; empty where nobody tells."""
    match pair:
        case CandidatePair(local=Candidate(type=CandidateType.RELAY, address=address)):
            return f"through the relay {address}"
        case CandidatePair(remote=Candidate(type=CandidateType.RELAY, address=address)):
            return f"through the server's relay {address}"
        case CandidatePair(local=local):
            return f"direct over {local.protocol.upper()}"
        case NoPair():
            return ""


def pair_of(transport: Transport) -> CandidatePair | NoPair:
    """Give the selected pair, of a lost path too."""
    match transport.ice:
        case IceConnected(pair=pair) | IceLost(pair=pair):
            return pair
        case IceFailed() | IceWaiting():
            return NoPair()


def is_direct(transport: Transport) -> bool:
    """Whether media is known to flow without any relay."""
    match pair_of(transport):
        case CandidatePair(local=local, remote=remote):
            return transport.is_up and CandidateType.RELAY not in {local.type, remote.type}
        case NoPair():
            return False


def evidence_of(transport: Transport) -> JsonObject:
    """Give everything that was seen of the transport."""
    pair = pair_of(transport)
    chosen: JsonObject = (
        {"pair": {"local": candidate_words(pair.local), "remote": candidate_words(pair.remote)}}
        if isinstance(pair, CandidatePair)
        else {}
    )
    return {
        "stages": {_ESTABLISHED[transport.side].value: transport.is_up},
        "sdk_action": transport.side.name,
        **chosen,
        **({"path": path_words(pair)} if chosen else {}),
        "dtls": _dtls_word(transport.dtls),
        "gathered": gathered_words(transport.ours),
        "told_by_the_server": gathered_words(transport.theirs),
        "server_candidates": [candidate_words(candidate) for candidate in transport.theirs[:_SHOWN]],
    }


def _dtls_word(dtls: Dtls) -> str:
    match dtls:
        case DtlsUp():
            return "up"
        case DtlsFailed():
            return "failed"
        case DtlsWaiting():
            return "no answer"
        case DtlsNotReached():
            return "not reached"


def steps_of(transport: Transport) -> Mapping[str, float]:
    """Give the timed steps: from the descriptions to ICE, from there to DTLS."""
    ice = {"ice_ms": transport.ice.after} if isinstance(transport.ice, IceConnected) else {}
    dtls = {"dtls_ms": transport.dtls.after} if isinstance(transport.dtls, DtlsUp) else {}
    return {**ice, **dtls}
