"""Init's answer, judged: a table from what came to what it means."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from hms_doctor.model.causes import init as causes
from hms_doctor.model.causes.cause import Cause, Platform
from hms_doctor.model.failure import Failure, Kind
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned
from hms_doctor.model.init.answer import (
    BYTES,
    HTML,
    NOTHING,
    TEXT,
    InitAnswer,
    InitConfig,
    InitMalformed,
    InitNotJson,
    InitRedirect,
    InitRefused,
)
from hms_doctor.model.init.word import action_for, cause_of_refusal, is_word, word_on
from hms_doctor.model.network.own_host import addressed
from hms_doctor.model.network.server import NoServerTime, ServerTime
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.times import away_words, utc_words

_OK: Final = 200
_SUCCESSES: Final = range(200, 300)
_DISABLED: Final = "account-disabled"
_EXPIRY = re.compile(r"(\d{9,11})(?::|$)")


@dataclass(frozen=True, kw_only=True)
class Way:
    """How init was asked, and whose codes are told."""

    host: str
    address: str
    via: str
    platform: Platform

    @property
    def evidence(self) -> dict[str, str | int]:
        """The way as evidence."""
        return {"host": self.host, "address": self.address, **({"proxy": self.via} if self.via else {})}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When the answer came: by the server's clock where it told, and by ours."""

    told: ServerTime | NoServerTime
    here: float

    @property
    def now(self) -> float:
        """Seconds since 1970 by the better clock of the two."""
        return self.told.server if isinstance(self.told, ServerTime) else self.here


_FAILURES: Final = {
    Kind.SILENT: causes.SILENT,
    Kind.RESET: causes.CUT,
    Kind.CLOSED: causes.CUT,
    Kind.MALFORMED: causes.GARBAGE,
    Kind.TOO_LARGE: causes.TOO_LARGE,
}


def judge_no_answer(way: Way, failure: Failure) -> Finding:
    """Judge a request over an open connection that brought no HTTP answer."""
    summary = f"{way.host} was reached, but /init brought no answer: {failure}"
    if failure.kind not in _FAILURES:
        action = "Give the run more time with --timeout." if failure.kind is Kind.CUT_OFF else ""
        return Undecided(summary=f"we could not tell: {summary}", action=action, evidence=way.evidence)
    cause = _FAILURES[failure.kind]
    return Failed(cause=cause, summary=summary, action=addressed(cause.action, way.host), evidence=way.evidence)


def judge_answer(way: Way, status: int, answer: InitAnswer, moment: Moment) -> Iterable[Finding]:
    """Judge what init said; the raw status is always in the evidence."""
    evidence = {**way.evidence, "status": status}
    match answer:
        case InitConfig():
            yield from _config(way, answer, moment, evidence)
        case InitRefused():
            yield _refused(way, answer, evidence)
        case InitRedirect(location=location):
            summary = f"{way.host} answers {status} and redirects to {location or 'nowhere'}"
            cause = _on_web(causes.REDIRECT, status)
            yield Failed(cause=cause, summary=summary, evidence={**evidence, "location": location})
        case InitNotJson():
            yield _not_json(way, answer, evidence)
        case InitMalformed(why=why):
            summary = f"{way.host} answers {status}, but {why}; the web SDK breaks on it and never settles"
            yield Failed(cause=causes.MALFORMED, summary=summary, evidence=evidence)


def _on_web(cause: Cause, status: int) -> Cause:
    """The web SDK makes the status of an answer that is no JSON its code (hms-video-store: signal/init)."""
    return replace(cause, platform_codes={Platform.WEB: status})


def _refused(way: Way, refused: InitRefused, evidence: dict[str, str | int]) -> Failed:
    cause = cause_of_refusal(refused.status, refused.code, refused.message)
    told = f"code {refused.code}, " if refused.code else ""
    said = f": {told}{refused.message or 'no message'}"
    evidence |= {"reason": refused.reason, "server_code": refused.code, "server_message": refused.message}
    return Failed(
        cause=cause if is_word(cause) else _on_web(cause, word_on(Platform.WEB, cause, refused.status, refused.code)),
        summary=f"{way.host} answers {_status_words(refused.status, refused.reason)}{said}",
        action=action_for(cause, refused.message),
        evidence=evidence,
        word=word_on(way.platform, cause, refused.status, refused.code) if is_word(cause) else 0,
    )


def _status_words(status: int, reason: str) -> str:
    return f"{status} {reason}".strip()


def _not_json(way: Way, answer: InitNotJson, evidence: dict[str, str | int]) -> Failed:
    cause = _cause_of_page(answer)
    told = f" that begins with {answer.opening[:60]!r}" if answer.looks == TEXT else ""
    word = answer.status if way.platform is Platform.WEB else cause.code
    return Failed(
        cause=_on_web(cause, answer.status),
        summary=f"{way.host} answers {_status_words(answer.status, answer.reason)} with {answer.looks}{told}, not JSON",
        action=action_for(cause, answer.opening) or addressed(cause.action, way.host),
        evidence={**evidence, "reason": answer.reason, "body": answer.opening},
        word=word if is_word(cause) else 0,
    )


def _cause_of_page(answer: InitNotJson) -> Cause:
    if answer.status in _SUCCESSES:
        if answer.status != _OK:
            return causes.STATUS
        broken_json = answer.looks in {NOTHING, BYTES} or answer.opening.startswith(("{", "["))
        return causes.MALFORMED if broken_json else causes.PAGE
    by_status = cause_of_refusal(answer.status, 0, answer.opening if answer.looks != HTML else "")
    # A bare 401 or 403 page is not the service's no to the token: that would be JSON.
    return causes.PAGE if by_status.id == "server.refused" else by_status


def _config(way: Way, config: InitConfig, moment: Moment, evidence: dict[str, str | int]) -> Iterable[Finding]:
    signalling = urlsplit(config.signalling).hostname or ""
    turns = sum(url.lower().startswith(("turn:", "turns:")) for server in config.ice_servers for url in server.urls)
    evidence |= {"signalling": signalling, "turn_urls": turns, "flags": ", ".join(config.flags)}
    if signalling.startswith(_DISABLED):
        summary = f"{way.host} sends callers to {signalling}: the 100ms account of this token is disabled"
        yield Failed(cause=causes.ACCOUNT_DISABLED, summary=summary, evidence=evidence)
        return
    if not turns:
        summary = f"{way.host} names no TURN server; callers behind strict firewalls will have no media"
        yield Warned(cause=causes.NO_ICE_SERVERS, summary=summary, evidence=evidence)
    for expiry in sorted(_expired(config, moment.now))[:1]:
        when = f"{utc_words(expiry)}, {away_words(expiry, moment.now)}"
        yield Warned(cause=causes.TURN_EXPIRED, summary=f"the TURN credentials from init expired at {when}")
    yield Passed(summary=f"{turns} TURN URLs, signalling at {signalling}", evidence=evidence)


def _expired(config: InitConfig, now: float) -> Iterable[float]:
    """Read the times in TURN REST usernames (``<unix time>:<name>``) that have passed."""
    found = (_EXPIRY.match(server.username) for server in config.ice_servers)
    return [float(each[1]) for each in found if each and float(each[1]) < now]
