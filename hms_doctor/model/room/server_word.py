"""The server's own no to a peer that joins or has joined: which cause, which code, in which words."""

from dataclasses import replace
from typing import Final

from hms_doctor.model.causes import NO_CODE, Cause, Platform, server
from hms_doctor.model.causes.signalling import SERVER_FAULT
from hms_doctor.model.finding import Failed
from hms_doctor.model.init.server_words import WORD_CODES, about_room, code_for
from hms_doctor.model.init.word import action_for
from hms_doctor.model.signalling.messages import ON_ERROR, ServerFault

_GONE: Final = 410
"""100ms's pages of today tell 41001 as 410 (API for iOS and Android: error handling)."""
_REFUSALS: Final = range(400, 500)
_TOO_MANY: Final = 429
_OWN_NUMBERS: Final = range(40000, 50000)
_QUOTED: Final = 200


def cause_of_word(code: int, text: str) -> Cause:
    """Give the cause of a JSON-RPC error: a code of the pages, a text that is known, else what the number says."""
    if code in WORD_CODES:
        return server.BY_CODE[code]
    if (code not in _REFUSALS and code not in _OWN_NUMBERS) or code == _TOO_MANY:
        return SERVER_FAULT  # a server in trouble names things at random
    for cause in about_room(text):
        return cause
    known = code_for(text, NO_CODE)
    if known != NO_CODE:
        return server.BY_CODE[known]
    return server.PEER_GONE if code == _GONE else server.REFUSED


def judge_word(host: str, fault: ServerFault, does: str) -> Failed:
    """Pass on the server's no; ``does`` reads on from the host: ``refuses the join``."""
    cause = cause_of_word(fault.code, fault.text)
    return refused_as(cause, host, fault, does)


def refused_as(cause: Cause, host: str, fault: ServerFault, does: str) -> Failed:
    """Tell the server's no as this cause; the web SDK raises the server's number whatever it is."""
    said = fault.text[:_QUOTED] or "no text"
    number = f"code {fault.code}" if fault.code else "no code"
    verbatim = {Platform.WEB: fault.code} if fault.code else {}
    return Failed(
        cause=replace(cause, platform_codes={**cause.platform_codes, **verbatim}),
        summary=f"{host} {does} with {number}: {said}",
        action=action_for(cause, fault.text),
        evidence={
            "host": host,
            "code": fault.code,
            "server_message": said,
            "via": fault.via,
            "sdk_action": fault.via if fault.via == ON_ERROR else "JOIN",
        },
        word=cause.code if cause.id != SERVER_FAULT.id else NO_CODE,
    )
