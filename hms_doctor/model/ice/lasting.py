"""Whether a relay that was proven still carries packets a second later. Pure; for ``ice.verdict``."""

from collections.abc import Sequence

from hms_doctor.model.causes import ice as causes
from hms_doctor.model.finding import Failed, Trouble, Warned
from hms_doctor.model.ice.media import BrokeOff, Carried, LoopRow, NotCarried
from hms_doctor.model.ice.obstacles import listed
from hms_doctor.model.ice.relay_words import works
from hms_doctor.model.ice.relays import RelayRow
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.own_host import addressed


def dying(rows: Sequence[RelayRow], loops: Sequence[LoopRow]) -> tuple[Trouble, ...]:
    """Tell of paths that died under way: a call breaks where no other transport carries it, else it stumbles."""
    broken = [loop for loop in loops if isinstance(loop.outcome, BrokeOff)]
    if not broken:
        return ()
    died = [loop.path.transport for loop in broken]
    carried = [loop.path.transport for loop in loops if isinstance(loop.outcome, Carried)]
    lost = {loop.path.transport for loop in loops if isinstance(loop.outcome, BrokeOff | NotCarried)}
    unseen = {row.path.transport for row in rows if works(row.outcome)} - lost - {*carried}
    action = addressed(causes.PATH_DIES.action, broken[0].path.host)
    told = f"the relay over {_named(died)} dies under way ({_how(broken[0])})"
    if carried:
        summary = f"{told}; packets over {_named(carried)} kept passing, so a call falls silent and goes on there"
        return (Warned(cause=causes.PATH_DIES, summary=summary, action=action, evidence=_evidence(loops)),)
    if unseen:
        summary = f"{told}; whether one over {_named(sorted(unseen))} lasts was not seen"
        return (Warned(cause=causes.PATH_DIES, summary=summary, action=action, evidence=_evidence(loops)),)
    sure = {"confidence": "high" if len(broken) > 1 else "medium"}
    summary = f"ICE connection failed: {told}"
    return (Failed(cause=causes.PATH_DIES, summary=summary, action=action, evidence={**sure, **_evidence(loops)}),)


def _how(row: LoopRow) -> str:
    """Say how long packets passed; the loop's first leave at its beginning."""
    passed = max((echo.at for echo in row.outcome.loop.echoes), default=0.0) if isinstance(row.outcome, BrokeOff) else 0
    return f"packets passed for {passed:.1f} s, then none did any more"


def _named(transports: Sequence[Transport]) -> str:
    return listed(list(dict.fromkeys(transport.value.upper() for transport in transports)))


def _evidence(loops: Sequence[LoopRow]) -> JsonObject:
    return {"loops": {loop.path.url: _word(loop) for loop in loops}}


def _word(row: LoopRow) -> str:
    match row.outcome:
        case Carried():
            return "carried"
        case BrokeOff():
            return _how(row)
        case NotCarried(why=why):
            return why
        case _:
            return "not finished"
