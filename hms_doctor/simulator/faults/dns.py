"""What a name server can say of the init host."""

from hms_doctor.simulator.change import init_at, named, together
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import INIT_NAME, DnsAnswer


def _unresolved(name: str, answer: DnsAnswer, cause: str, summary: str) -> Fault:
    return Fault(
        name=name,
        code=2003,
        check="endpoint.reach",
        cause=cause,
        summary=summary,
        apply=together(init_at(INIT_NAME), named(INIT_NAME, answer)),
    )


FAULTS = (
    _unresolved("dns-nxdomain", DnsAnswer.NXDOMAIN, "dns.nxdomain", "init's name does not exist"),
    _unresolved("dns-servfail", DnsAnswer.SERVFAIL, "dns.servfail", "the name server fails on init's name"),
    _unresolved("dns-silent", DnsAnswer.SILENT, "dns.silent", "the name server does not answer"),
    _unresolved("dns-no-address", DnsAnswer.EMPTY, "dns.no_address", "init's name exists but has no address"),
)
