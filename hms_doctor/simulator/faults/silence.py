"""Every server at once says nothing."""

from hms_doctor.simulator.change import init_port, signalling_port, together
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import Listener, TlsScript, UdpPort
from hms_doctor.simulator.turn_change import turn_streams, turn_udp

FAULTS = (
    Fault(
        name="everything-silent",
        code=2003,
        check="endpoint.reach",
        cause="tls.silent",
        summary="init, signalling, STUN and TURN take connections and say nothing",
        apply=together(
            init_port(Listener.SILENT),
            signalling_port(TlsScript(listener=Listener.SILENT)),
            turn_udp(UdpPort.SILENT),
            turn_streams(Listener.SILENT),
        ),
    ),
)
