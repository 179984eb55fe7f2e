"""What init's answers mean in codes: the pages', and those that the web SDK raises."""

from collections.abc import Mapping
from typing import Final

from hms_doctor.model.causes import init, server
from hms_doctor.model.causes.cause import NO_CODE, Cause, Platform
from hms_doctor.model.init.server_words import about_room, code_for

PAGES_UNREACHABLE: Final = 2003
_NOT_FOUND: Final = 404
_PROXY_AUTH: Final = 407
_TOO_MANY: Final = 429
_CLIENT_ERRORS: Final = range(400, 500)
_SERVER_ERRORS: Final = range(500, 600)
_BY_STATUS: Final[Mapping[int, Cause]] = {
    _NOT_FOUND: init.NOT_FOUND,
    _PROXY_AUTH: init.PROXY_LOGIN,
    408: init.SILENT,
    _TOO_MANY: init.RATE_LIMITED,
}
_ABOUT_TIME: Final = ("expired", "not valid yet", "not yet valid", "before issued", "used before")


def cause_of_refusal(status: int, code: int, text: str) -> Cause:
    """Give the cause of an error status: the server's own code, a text that is known, else what the status says."""
    # A server in trouble names things at random ("access key store is down"): its text is no verdict.
    word = code_for(text if status in _CLIENT_ERRORS else "", code)
    if word != NO_CODE:
        return server.BY_CODE[word]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    for cause in about_room(text) if status in _CLIENT_ERRORS else ():
        return cause
    if status in _SERVER_ERRORS:
        return init.SERVER_ERROR
    return server.REFUSED if status in _CLIENT_ERRORS else init.STATUS


def is_word(cause: Cause) -> bool:
    """Whether a cause is the server's judgement of the token, not of the way to it."""
    return cause.code != PAGES_UNREACHABLE


def web_code(status: int, body_code: int) -> int:
    """Give what the web SDK raises for a JSON answer: 404 is 2003, else the body's code, else the status."""
    if status == _NOT_FOUND:
        return PAGES_UNREACHABLE
    return body_code or status


def word_on(platform: Platform, cause: Cause, status: int, body_code: int) -> int:
    """Give the code that the server's own word becomes on a platform."""
    return web_code(status, body_code) if platform is Platform.WEB else cause.code


def retried_by_the_sdk(status: int) -> bool:
    """Whether the web SDK asks once more, at once (hms-video-store: transport)."""
    return status in _SERVER_ERRORS or status == _TOO_MANY


def action_for(cause: Cause, text: str) -> str:
    """Give a finer action than the cause's own where the server's text allows it, else nothing."""
    about_time = any(word in text.lower() for word in _ABOUT_TIME)
    return server.FRESH_TOKEN if cause.id == server.BAD_JWT.id and about_time else ""
