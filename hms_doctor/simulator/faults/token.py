"""What can be wrong with a token."""

from collections.abc import Callable
from dataclasses import replace

from hms_doctor.model.json import JsonObject
from hms_doctor.simulator.account import encoded
from hms_doctor.simulator.change import Change, having, lacking, mangled, minted
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import Scenario, Signature

_TIMES = ("iat", "nbf", "exp")
_HOUR = 3600
_LIFETIME = 24 * _HOUR


def _shape(name: str, cause: str, summary: str, mangle: Callable[[str], str]) -> Fault:
    return Fault(name=name, code=2004, check="token.format", cause=cause, summary=summary, apply=mangled(mangle))


def _refused(name: str, code: int, cause: str, summary: str, apply: Change) -> Fault:
    return Fault(name=name, code=code, check="init", cause=cause, summary=summary, apply=apply)


def _payload(text: str, change: Callable[[str], str]) -> str:
    header, payload, signature = text.split(".")
    return f"{header}.{change(payload)}.{signature}"


def _signed(signature: Signature) -> Change:
    def apply(scenario: Scenario) -> Scenario:
        return replace(scenario, token=replace(scenario.token, signature=signature))

    return apply


def _moved(seconds: int) -> Change:
    """Move all times of the token."""
    return minted(lambda claims: {**claims, **{name: _seconds(claims, name) + seconds for name in _TIMES}})


def _ending(seconds: int) -> Change:
    """Let the token end this many seconds from now."""
    return minted(lambda claims: {**claims, "exp": _seconds(claims, "exp") - _LIFETIME + 10 + seconds})


def _in_milliseconds(claims: JsonObject) -> JsonObject:
    return {**claims, **{name: 1000 * _seconds(claims, name) for name in _TIMES}}


def _seconds(claims: JsonObject, name: str) -> int:
    value = claims[name]
    return int(value) if isinstance(value, int | float) else 0


_SHAPES = (
    _shape(
        "token-cut-off", "token.truncated", "the token is cut off in its middle", lambda text: text[: len(text) // 2]
    ),
    _shape(
        "token-two-segments", "token.truncated", "the token lacks its signature", lambda text: text.rpartition(".")[0]
    ),
    _shape("token-four-segments", "token.segments", "the token has four segments", lambda text: f"{text}.x"),
    _shape(
        "token-bad-base64",
        "token.base64",
        "a character in the token is none of base64url's",
        lambda text: _payload(text, lambda payload: f"{payload[:20]}!{payload[21:]}"),
    ),
    _shape(
        "token-not-json",
        "token.json",
        "the token's claims are no JSON",
        lambda text: _payload(text, lambda _payload: encoded(b"hello, room")),
    ),
    _shape("token-bearer", "token.wrapped", "the word Bearer stands before the token", lambda text: f"Bearer {text}"),
    _shape("token-quoted", "token.wrapped", "the token stands in quotes", lambda text: f'"{text}"'),
    _shape(
        "token-newline",
        "token.wrapped",
        "a line break was wrapped into the token",
        lambda text: f"{text[:64]}\n{text[64:]}",
    ),
    _shape("token-empty", "token.empty", "the token is empty", lambda _text: ""),
    _shape(
        "token-room-code",
        "token.room_code_pasted",
        "a room code stands in place of the token",
        lambda _text: "abc-defg-hij",
    ),
)

_CLAIMS = (
    _refused("token-user-id-number", 40107, "token.user_id", "user_id is the number 17", minted(having(user_id=17))),
    _refused("token-no-role", 40108, "token.role", "the token has no role", minted(lacking("role"))),
    _refused("token-no-room-id", 40102, "token.room_id", "the token has no room_id", minted(lacking("room_id"))),
    _refused(
        "token-no-access-key", 40101, "token.access_key", "the token has no access_key", minted(lacking("access_key"))
    ),
    _refused(
        "token-management",
        40109,
        "token.wrong_kind",
        "a management token is used to join",
        minted(lambda claims: {**lacking("room_id", "user_id", "role")(claims), "type": "management"}),
    ),
    _refused(
        "token-other-room",
        40001,
        "server.invalid_room",
        "the token is for a room that does not exist",
        minted(having(room_id="0" * 24)),
    ),
)

_SIGNATURES = (
    _refused(
        "token-wrong-signature",
        40109,
        "server.bad_jwt",
        "the token is signed with another secret",
        _signed(Signature.WRONG_SECRET),
    ),
    _refused("token-alg-none", 40109, "token.algorithm", "the token is not signed at all", _signed(Signature.NONE)),
    _refused("token-rs256", 40109, "token.algorithm", "the token is signed with RS256", _signed(Signature.RS256)),
)

_MOMENTS = (
    _refused("token-expired", 40109, "token.expired", "the token expired an hour ago", _moved(-_LIFETIME - _HOUR)),
    _refused("token-not-yet-valid", 40109, "token.not_yet_valid", "the token begins in an hour", _moved(_HOUR)),
    _refused(
        "token-milliseconds",
        40109,
        "token.milliseconds",
        "the token's times are in milliseconds",
        minted(_in_milliseconds),
    ),
    Fault(
        name="token-expiring",
        code=0,
        check="token.time",
        cause="token.expiring",
        summary="the token expires in two minutes",
        apply=_ending(120),
    ),
)

FAULTS = (*_SHAPES, *_CLAIMS, *_SIGNATURES, *_MOMENTS)
