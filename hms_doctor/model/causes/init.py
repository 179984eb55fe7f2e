"""What can be wrong with init's answer, short of its own word about the token."""

from functools import partial

from hms_doctor.model.causes.cause import Audience, Cause, Platform, Scope

_service = partial(Cause, scope=Scope.SERVICE, code=2003)
_network = partial(Cause, scope=Scope.NETWORK, code=2003, audience=Audience.ADMINISTRATOR)

SILENT = _network(
    id="init.silent",
    title="init does not answer",
    action="Try another network; if it is the same there, look at 100ms's status page or at your backend's log.",
)
CUT = _network(
    id="init.cut",
    title="the connection is cut in place of init's answer",
    action="Look for a proxy or firewall that cuts requests to *.100ms.live and exempt these hosts.",
)
GARBAGE = _network(
    id="init.garbage",
    title="init's answer is no HTTP that can be read",
    action="Check that the endpoint's port serves HTTPS, and that no proxy rewrites what it says.",
)
TOO_LARGE = _network(
    id="init.too_large",
    title="init's answer never ends",
    action="Check the endpoint; init answers with a few kilobytes, this is another server.",
)
PAGE = _network(
    id="init.page",
    title="something else answers in init's place",
    action="Read what the answer says: a proxy's block page, a network's sign-in page or the wrong server; let "
    "*.100ms.live pass, or correct the endpoint.",
)
REDIRECT = _network(
    id="init.redirect",
    title="init's address redirects elsewhere",
    action="Sign in to the network or the proxy that redirects; with a backend of your own, serve /init itself.",
)
PROXY_LOGIN = _network(
    id="init.proxy_login",
    title="a proxy on the way wants a login",
    action="Sign in to the proxy, or let *.100ms.live pass without a login.",
)
NOT_FOUND = _service(
    id="init.not_found",
    title="the endpoint knows no /init",
    action="Check the endpoint: the SDKs ask for /init on its host, whatever path is written after it.",
    audience=Audience.APP_DEVELOPER,
)
STATUS = _service(
    id="init.status",
    title="init answers with a status that the SDKs do not take",
    action="Let init answer 200 with JSON; the SDKs take no other status for a success.",
    audience=Audience.APP_DEVELOPER,
)
RATE_LIMITED = _service(
    id="init.rate_limited",
    title="init turns us away: too many requests",
    action="Wait a minute; join() in a loop without a pause, or many callers behind one address, lead to this.",
    audience=Audience.APP_DEVELOPER,
)
SERVER_ERROR = _service(
    id="init.server_error",
    title="the init service has an error of its own",
    action="Try again in a minute and look at 100ms's status page; if it stays, report it with time and status.",
    audience=Audience.HMS,
)
MALFORMED = _service(
    id="init.malformed",
    title="init's answer is not of the form that the SDKs read",
    action="With a backend of your own, answer as 100ms's init does: `endpoint`, `config` and `rtcConfiguration`; "
    "else report it to 100ms.",
    audience=Audience.HMS,
)
ACCOUNT_DISABLED = Cause(
    id="account.disabled",
    title="the 100ms account is disabled",
    action="Open the 100ms dashboard: check billing and the account's state, or write to 100ms's support.",
    audience=Audience.APP_DEVELOPER,
    scope=Scope.SERVICE,
    code=1003,
    platform_codes={Platform.WEB: 1000},
    explains=("websocket.*", "dns.*", "turn.*", "ice.*"),
)
NO_ICE_SERVERS = Cause(
    id="init.no_ice_servers",
    title="init offers no TURN server",
    action="Report it to 100ms's support; callers behind strict firewalls have no way to the media servers.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
    explains=("turn.none_offered",),
)
TURN_EXPIRED = Cause(
    id="init.turn_expired",
    title="init hands out TURN credentials that have expired",
    action="Report it to 100ms's support; with a backend of your own, make fresh credentials for every init.",
    audience=Audience.HMS,
    scope=Scope.SERVICE,
    explains=("turn.credentials.*",),
)
