"""What can be behind init's port in place of a web server."""

from hms_doctor.simulator.change import Change, init_port
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import Listener


def _unreached(name: str, cause: str, summary: str, apply: Change) -> Fault:
    return Fault(name=name, code=2003, check="endpoint.reach", cause=cause, summary=summary, apply=apply)


FAULTS = (
    _unreached("refused", "tcp.refused", "nothing listens on init's port", init_port(Listener.REFUSED)),
    _unreached(
        "dropped", "tcp.silent", "connections to init are dropped, as by a firewall", init_port(Listener.DROPPED)
    ),
    _unreached("reset", "tcp.reset", "connections to init are reset as soon as they open", init_port(Listener.RESET)),
    _unreached(
        "closed", "tcp.closed", "connections to init are closed as soon as they open", init_port(Listener.CLOSED)
    ),
    _unreached("silent", "tls.silent", "init's port takes connections and says nothing", init_port(Listener.SILENT)),
)
