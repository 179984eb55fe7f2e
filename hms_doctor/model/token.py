"""Facts about the token: what was given, and what a well-formed one says."""

from dataclasses import dataclass
from typing import ClassVar

from hms_doctor.model.json import JsonObject
from hms_doctor.model.secret import Secret


@dataclass(frozen=True, kw_only=True)
class TokenText:
    """The token as it was given, before anybody looked inside (seeded, or yielded by ``token.room_code``)."""

    absent: ClassVar[str] = "no token given (--token-file F, HMS_TOKEN or --room-code C)"
    value: Secret
    origin: str = "the command line"  # "HMS_TOKEN", "the file t.jwt", "room code", "minted for this run", …


@dataclass(frozen=True, kw_only=True)
class WellFormedToken:
    """A token with three segments, a JSON header and JSON claims; ``init`` may be tried with it."""

    text: Secret
    header: JsonObject
    claims: JsonObject
