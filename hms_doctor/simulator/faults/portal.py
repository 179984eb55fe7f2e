"""Networks that answer in the place of the internet: login pages, block pages, redirects."""

from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.change import init_certificate, init_says, portal, together
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import Certificate, PortalScript

_HTML = "text/html; charset=utf-8"
_LOGIN = "http://login.hotel-wifi.test/?next=http%3A%2F%2Finit"
_LOGIN_PAGE = b"<!doctype html><title>Welcome to Hotel Wi-Fi</title><form>Room number <input name=room></form>\n"
_BLOCK_PAGE = b"<!doctype html><title>Access blocked</title><p>Category: Streaming Media. Ask your administrator.\n"

_REDIRECT = Answer(status=302, content_type=_HTML, headers=(("Location", _LOGIN),), everywhere=True)
_ASKS = PortalScript(answer=_REDIRECT)

FAULTS = (
    Fault(
        name="captive-portal",
        code=2003,
        check="local.portal",
        cause="portal.captive",
        summary="a Wi-Fi that wants a login: plain HTTP is redirected, TLS ends at the portal",
        apply=together(portal(_ASKS), init_certificate(Certificate.SELF_SIGNED), init_says(_REDIRECT)),
    ),
    Fault(
        name="portal-page",
        code=2003,
        check="local.portal",
        cause="portal.captive",
        summary="a Wi-Fi that wants a login and answers everything with its page",
        apply=together(
            portal(PortalScript(answer=Answer(status=200, body=_LOGIN_PAGE, content_type=_HTML, everywhere=True))),
            init_says(Answer(status=200, body=_LOGIN_PAGE, content_type=_HTML, everywhere=True)),
        ),
    ),
    Fault(
        name="block-page",
        code=2003,
        check="init",
        cause="init.page",
        summary="a filter answers init with its block page and status 200",
        apply=init_says(Answer(status=200, body=_BLOCK_PAGE, content_type=_HTML, everywhere=True)),
    ),
    Fault(
        name="redirect",
        code=2003,
        check="init",
        cause="init.redirect",
        summary="init is redirected to another host",
        apply=init_says(_REDIRECT),
    ),
)
