"""Facts about the token: what was given, and what a well-formed one says."""

from typing import ClassVar, Final

from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret

LARGEST_TOKEN: Final = 4 * 1024 * 1024
"""Characters that are read; a longer text is no token."""
HS256_LENGTH: Final = 43
"""Characters of an HMAC-SHA256 in base64url without padding (RFC 7515, appendix A.1)."""


@dataclass(frozen=True, kw_only=True)
class TokenText:
    """The token as it was given, before anybody looked inside (seeded, or yielded by ``token.room_code``)."""

    expected: ClassVar[bool] = True  # its lack is news, not a reason to leave a row out
    absent: ClassVar[str] = "no token given (--token-file F, HMS_TOKEN or --room-code C)"
    value: Secret
    origin: str = "the command line"  # "HMS_TOKEN", "the file t.jwt", "room code", "minted for this run", …


@dataclass(frozen=True, kw_only=True)
class WellFormedToken:
    """A token with three segments, a JSON header and JSON claims; ``init`` may be tried with it."""

    text: Secret
    header: JsonObject
    claims: JsonObject
    repeated: tuple[str, ...] = ()  # names that stand more than once in the claims; the last one counts

    @property
    def signature_length(self) -> int:
        """Characters of the third segment, which itself is told to nobody."""
        text = self.text.reveal()
        return len(text) - text.rfind(".") - 1
