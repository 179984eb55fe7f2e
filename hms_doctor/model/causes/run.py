"""Causes that the runner itself finds, whatever the check."""

from hms_doctor.model.causes.cause import Audience, Cause, Scope

FLAKY = Cause(
    id="network.flaky",
    title="a network step failed once and then worked",
    action="Run the check again on this network; if it happens again, look for a weak Wi-Fi link or packet loss.",
    audience=Audience.CALLER,
    scope=Scope.NETWORK,
)
