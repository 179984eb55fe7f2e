"""What can be wrong with TLS on init's port."""

from hms_doctor.simulator.change import Change, init_certificate, init_port
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import Certificate, Listener


def _untrusted(name: str, cause: str, summary: str, apply: Change) -> Fault:
    return Fault(name=name, code=2003, check="endpoint.reach", cause=cause, summary=summary, apply=apply)


FAULTS = (
    _untrusted(
        "tls-expired", "tls.expired", "init's certificate expired yesterday", init_certificate(Certificate.EXPIRED)
    ),
    _untrusted(
        "tls-not-yet-valid",
        "tls.not_yet_valid",
        "init's certificate begins tomorrow",
        init_certificate(Certificate.NOT_YET_VALID),
    ),
    _untrusted(
        "tls-wrong-name",
        "tls.wrong_name",
        "init's certificate is for another host",
        init_certificate(Certificate.WRONG_NAME),
    ),
    _untrusted(
        "tls-intercepted",
        "tls.intercepted",
        "a company's proxy shows a certificate of its own",
        init_certificate(Certificate.INTERCEPTED),
    ),
    _untrusted(
        "tls-self-signed",
        "tls.self_signed",
        "init's certificate is signed by itself",
        init_certificate(Certificate.SELF_SIGNED),
    ),
    _untrusted(
        "tls-garbage", "tls.handshake", "init's certificate is no certificate", init_certificate(Certificate.GARBAGE)
    ),
    _untrusted("tls-plain-http", "tls.protocol", "init's port speaks HTTP without TLS", init_port(Listener.PLAIN)),
)
