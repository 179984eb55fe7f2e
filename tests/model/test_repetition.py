"""Which failing steps have been repeated already."""

import pytest

from hms_doctor.model.failure import Failure, Kind, Operation, was_asked_again


@pytest.mark.parametrize(
    ("operation", "kind", "again"),
    [
        (Operation.RESOLVE, Kind.SILENT, True),
        (Operation.RESOLVE, Kind.NXDOMAIN, False),
        (Operation.RESOLVE, Kind.CUT_OFF, False),
        (Operation.CONNECT, Kind.SILENT, False),
    ],
)
def test_a_resolver_asks_more_than_once_by_itself(operation: Operation, kind: Kind, again: bool) -> None:
    assert was_asked_again(Failure(operation=operation, kind=kind)) is again
