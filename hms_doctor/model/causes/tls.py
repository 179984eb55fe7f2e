"""What can be wrong with TLS on the way to the init endpoint."""

from functools import partial

from hms_doctor.model.causes.cause import Audience, Cause, Scope

_tls = partial(Cause, scope=Scope.NETWORK, code=2003, explains=("websocket.tls",))
_admin = partial(_tls, audience=Audience.ADMINISTRATOR)

EXPIRED = _admin(
    id="tls.expired",
    title="the init endpoint's certificate has expired",
    action="Renew the certificate where TLS ends: at your backend, or at the device that inspects TLS here.",
)
NOT_YET_VALID = _admin(
    id="tls.not_yet_valid",
    title="the init endpoint's certificate is not valid yet",
    action="Check the clocks of this machine and of the one that made the certificate.",
)
WRONG_NAME = _admin(
    id="tls.wrong_name",
    title="the certificate is for another name",
    action="Find out who answers in the endpoint's place (DNS, a portal, a gateway), or use the name that the "
    "certificate has.",
)
UNKNOWN_ISSUER = _admin(
    id="tls.unknown_issuer",
    title="the certificate's issuer is not trusted",
    action="Install the issuer's root certificate on the callers' machines, or use a publicly trusted certificate; "
    "here: --ca-file FILE.",
)
SELF_SIGNED = _admin(
    id="tls.self_signed",
    title="the certificate is self-signed",
    action="Use a publicly trusted certificate; browsers and phones take no other. To go on here: --ca-file FILE.",
)
REJECTED = _admin(
    id="tls.rejected",
    title="the certificate is not accepted",
    action="Read the reason in the evidence and have the certificate made anew where TLS ends.",
)
INTERCEPTED = _admin(
    id="tls.intercepted",
    title="TLS to the init endpoint is inspected on the way",
    action="Exempt *.100ms.live from TLS inspection; a root installed for it helps browsers alone: apps on Android, "
    "Flutter and React Native do not trust it.",
    explains=("turn.tls.intercepted",),
)
PROTOCOL = _admin(
    id="tls.protocol",
    title="the init endpoint does not speak TLS on this port",
    action="Check the endpoint's port; with a backend of your own, serve HTTPS there.",
)
HANDSHAKE = _admin(
    id="tls.handshake",
    title="the TLS handshake fails",
    action="Exempt *.100ms.live from TLS inspection; with a backend of your own, let it speak TLS 1.2 or newer.",
)
SILENT = _admin(
    id="tls.silent",
    title="the TLS handshake gets no answer",
    action="Let the firewall pass TLS to *.100ms.live; where large packets vanish (a VPN), lower the MTU.",
)
