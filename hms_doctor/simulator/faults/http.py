"""What init can answer in place of the room's configuration."""

import json

from hms_doctor.simulator.answers import Answer, Cut, Flood, InitAnswer, Redirects, Reset, Silence
from hms_doctor.simulator.change import init_says
from hms_doctor.simulator.fault import Fault

_HTML = "text/html; charset=utf-8"
_GATEWAY = b"<html><head><title>%d</title></head><body><center><h1>%d</h1></center><hr>nginx</body></html>\n"
_HUGE = 100_000_000


def _fault(name: str, cause: str, summary: str, answer: InitAnswer) -> Fault:
    return Fault(name=name, code=2003, check="init", cause=cause, summary=summary, apply=init_says(answer))


def _page(status: int) -> Answer:
    return Answer(status=status, body=_GATEWAY % (status, status), content_type=_HTML)


def _told(status: int, message: str, *headers: tuple[str, str]) -> Answer:
    return Answer(status=status, body=json.dumps({"code": status, "message": message}).encode(), headers=headers)


FAULTS = (
    _fault("http-404", "init.not_found", "init answers 404 in JSON", _told(404, "no such route")),
    _fault("http-404-html", "init.not_found", "init answers 404 with a web server's page", _page(404)),
    _fault(
        "http-407",
        "init.proxy_login",
        "something on the way answers 407 for init",
        Answer(status=407, content_type=_HTML, headers=(("Proxy-Authenticate", 'Basic realm="proxy"'),)),
    ),
    _fault("http-429", "init.rate_limited", "init answers 429", _told(429, "rate limited", ("Retry-After", "30"))),
    _fault("http-500", "init.server_error", "init answers 500", _told(500, "internal error")),
    _fault("http-502", "init.server_error", "init answers 502 with a gateway's page", _page(502)),
    _fault("http-503", "init.server_error", "init answers 503 with a gateway's page", _page(503)),
    _fault("http-504", "init.server_error", "init answers 504 with a gateway's page", _page(504)),
    _fault("init-silent", "init.silent", "init reads the request and never answers", Silence()),
    _fault("init-reset", "init.cut", "the connection is reset when init is asked", Reset()),
    _fault("init-cut", "init.cut", "init's answer breaks off in its middle", Cut(after=120)),
    _fault("init-redirects", "init.redirect", "init redirects to itself 1,000 times", Redirects()),
    _fault("init-huge", "init.too_large", "init's answer has 100 MB", Flood(size=_HUGE)),
    _fault("init-endless", "init.too_large", "init's answer never ends", Flood()),
)
