"""Rows for the tables of the ICE checks, in few words."""

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.relays import (
    Allocated,
    BindingOutcome,
    BindingRow,
    Bindings,
    Bound,
    NotAUrl,
    Path,
    Proven,
    Refused,
    RelayOutcome,
    RelayRow,
    Stage,
    Unanswered,
    Unfinished,
    Unreached,
)
from hms_doctor.model.ice.servers import Expiry, NoExpiry
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.vantage import Family

HOST = "turn-in.100ms.live"
PROVEN = Proven(sent=5, rtts_ms=(41.0, 42.0, 43.0))
ALLOCATED = Allocated(stage=Stage.PERMISSION, why="403 Forbidden IP")
NOT_A_URL = NotAUrl(why="an ICE URL has no // after its scheme")
UNFINISHED = Unfinished()


def refused(code: int, reason: str = "", stage: Stage = Stage.ALLOCATE) -> Refused:
    return Refused(stage=stage, code=code, reason=reason)


def unreached(
    kind: Kind, stage: Stage = Stage.REACH, operation: Operation = Operation.CHALLENGE, detail: str = ""
) -> Unreached:
    return Unreached(stage=stage, failure=Failure(operation=operation, kind=kind, detail=detail))


SILENT = unreached(Kind.SILENT)
CLOSED_PORT = unreached(Kind.REFUSED)
CUT_OFF = unreached(Kind.CUT_OFF)
NO_NAME = unreached(Kind.NXDOMAIN, Stage.RESOLVE, Operation.RESOLVE)
EXPIRED_TLS = unreached(Kind.TLS_EXPIRED, Stage.TLS, Operation.TLS)


def row(
    transport: Transport, outcome: RelayOutcome, *, port: int = 3478, expiry: Expiry | None = None, attempts: int = 1
) -> RelayRow:
    scheme = "turns" if transport is Transport.TLS else "turn"
    query = "" if transport is Transport.UDP else "?transport=tcp"
    path = Path(url=f"{scheme}:{HOST}:{port}{query}", host=HOST, port=port, transport=transport, family=Family.IPV4)
    return RelayRow(path=path, outcome=outcome, expiry=expiry or NoExpiry(), attempts=attempts)


def udp(outcome: RelayOutcome, port: int = 3478) -> RelayRow:
    return row(Transport.UDP, outcome, port=port)


def tcp(outcome: RelayOutcome, port: int = 3478) -> RelayRow:
    return row(Transport.TCP, outcome, port=port)


def tls(outcome: RelayOutcome, port: int = 443) -> RelayRow:
    return row(Transport.TLS, outcome, port=port)


def bindings(*outcomes: BindingOutcome | Failure, beyond: tuple[BindingOutcome, ...] = ()) -> Bindings:
    """Give bindings of the ports 3478, 443, 1, 2, … in this order."""
    ports = [3478, 443, *range(1, 9)]
    told = [Unanswered(failure=one) if isinstance(one, Failure) else one for one in outcomes]
    rows = [_binding(outcome, port) for outcome, port in zip([*told, *beyond], ports, strict=False)]
    return Bindings(offered=tuple(rows[: len(told)]), beyond=tuple(rows[len(told) :]))


def _binding(outcome: BindingOutcome, port: int) -> BindingRow:
    path = Path(url=f"turn:{HOST}:{port}", host=HOST, port=port, transport=Transport.UDP, family=Family.IPV4)
    return BindingRow(path=path, outcome=outcome)


BOUND = Bound(address="192.0.2.9", rtt_ms=40.0)
NO_BINDING = Unanswered(failure=Failure(operation=Operation.BINDING, kind=Kind.SILENT, detail="3.0 s"))
NO_BINDING_NAME = Unanswered(failure=Failure(operation=Operation.RESOLVE, kind=Kind.NXDOMAIN))
LATE_BINDING = Unanswered(failure=Failure(operation=Operation.BINDING, kind=Kind.CUT_OFF))
