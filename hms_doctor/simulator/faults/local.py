"""What is wrong with this machine's clock, seen from a server that is right."""

from hms_doctor.simulator.change import server_ahead
from hms_doctor.simulator.fault import Fault

_HOUR = 3600.0
_DAY = 24 * _HOUR

FAULTS = (
    Fault(
        name="clock-years-behind",
        code=2003,
        check="local.clock",
        cause="local.clock",
        summary="this machine's clock is 400 days behind: the certificate seems not to have begun",
        apply=server_ahead(400 * _DAY + _HOUR),
    ),
    Fault(
        name="clock-years-ahead",
        code=2003,
        check="local.clock",
        cause="local.clock",
        summary="this machine's clock is 400 days ahead: the certificate seems to have expired",
        apply=server_ahead(-400 * _DAY - _HOUR),
    ),
    Fault(
        name="clock-hours-behind",
        code=0,
        check="local.clock",
        cause="local.clock",
        summary="this machine's clock is 2 hours behind",
        apply=server_ahead(2 * _HOUR),
    ),
)
