"""What delay, jitter, loss and bandwidth can spoil of a call; all of these only warn."""

from functools import partial

from hms_doctor.model.causes.cause import Audience, Cause, Scope

_caller = partial(Cause, audience=Audience.CALLER, scope=Scope.NETWORK)
_admin = partial(Cause, audience=Audience.ADMINISTRATOR, scope=Scope.NETWORK)

LOSS = _caller(
    id="quality.loss",
    title="packet loss: packets of the call are lost on the way",
    action="Use a cable or move nearer to the Wi-Fi router; where that changes nothing, report the loss to this "
    "network's administrator or provider.",
)
JITTER = _caller(
    id="quality.jitter",
    title="high jitter: packets of the call arrive unevenly",
    action="Use a cable or 5 GHz Wi-Fi, and stop what shares the line: uploads, backups, cloud synchronisation.",
)
HELD_UP = _admin(
    id="quality.held_up",
    title="over TCP or TLS every lost packet holds up those behind it",
    action="Allow UDP 3478 to *.100ms.live in the firewall: over UDP a lost packet holds up no other.",
)
DELAY = _caller(
    id="quality.delay",
    title="high latency: the way to the relay takes long",
    action="Switch the VPN off, or use one that ends nearer; without a VPN, have the app's developer choose a 100ms "
    "region nearer to the callers.",
)
BANDWIDTH = _caller(
    id="quality.bandwidth",
    title="low bandwidth: little passes through the relay at a time",
    action="Stop what shares the line (uploads, backups, cloud synchronisation) and use a cable; otherwise switch the "
    "camera off in calls.",
)
BROKE_OFF = _admin(
    id="quality.broke_off",
    title="packets pass for a while, and then none does any more",
    action="Exempt *.100ms.live from what cuts flows under way in the firewall: traffic inspection, a limit on UDP, a "
    "time-out of seconds.",
)
