"""What the official SDK makes of the server's own words: the code that came, terminal, at init, at join and pushed.

Each word is one that 100ms's pages list. The run of hms-doctor beside it must end in the same code.
"""

from typing import Final

from oracle_row import Row, Settles, both, ends

WORDS: Final = {
    "room-unknown": 40001,
    "room-mismatch": 40002,
    "peer-joined": 40004,
    "auth-generic": 40100,
    "access-key-unknown": 40101,
    "room-id-wrong": 40102,
    "auth-id-wrong": 40103,
    "app-id-wrong": 40104,
    "customer-id-wrong": 40105,
    "user-id-wrong": 40107,
    "role-wrong": 40108,
    "jwt-bad": 40109,
    "peer-gone": 41001,
}
_BEFORE_THE_POLICY: Final = ("peer-joined", "peer-gone")
"""The fault of the bare name pushes its word before the policy; that of the others says it at init."""
_AS_IT_CAME: Final = ("The server's code as it came", "terminal")


def _said(fault: str, code: int) -> Row:
    """In answer to a request: join() rejects and onError gets it."""
    return Row(
        name=fault,
        fault=fault,
        signs=both(code),
        settles=Settles.REJECTS,
        shows=(code,),
        of=code,
        sees=code,
        words=_AS_IT_CAME,
        doctor=True,
    )


def _pushed(fault: str, code: int, settles: Settles) -> Row:
    """Pushed by the server: onError gets it; a join() that waits for something may go on waiting for ever."""
    return Row(
        name=fault,
        fault=fault,
        signs=(ends(code),),
        settles=settles,
        shows=(code,),
        watch=10,
        of=code,
        sees=code,
        words=_AS_IT_CAME,
        doctor=True,
    )


AT_INIT: Final = tuple(
    _said(f"{name}-at-init" if name in _BEFORE_THE_POLICY else name, code) for name, code in WORDS.items()
)
AT_JOIN: Final = tuple(_said(f"{name}-at-join", code) for name, code in WORDS.items())
PUSHED: Final = (
    *(_pushed(f"{name}-pushed", code, Settles.EITHER) for name, code in WORDS.items()),
    *(_pushed(name, WORDS[name], Settles.NEVER) for name in _BEFORE_THE_POLICY),
)
