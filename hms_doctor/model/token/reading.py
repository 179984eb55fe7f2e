"""A token read quickly, as most are sound: what is wrong with the others is found by ``token_paste``."""

import binascii
import re

from hms_doctor.model.careful_json import ObjectRead, read_object
from hms_doctor.model.secret import Secret
from hms_doctor.model.token.facts import LARGEST_TOKEN, WellFormedToken

_FORM = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*")
_TO_BASE64 = str.maketrans("-_", "+/")


def read_sound(text: str) -> tuple[WellFormedToken, ...]:
    """Read a text that is a token and nothing else; nothing where it has a fault of form."""
    parts = _FORM.fullmatch(text) if len(text) <= LARGEST_TOKEN else None
    if not parts or len(parts[1]) % 4 == 1 or len(parts[2]) % 4 == 1:
        return ()
    header, claims = read_object(decoded(parts[1])), read_object(decoded(parts[2]))
    if not isinstance(header, ObjectRead) or not isinstance(claims, ObjectRead):
        return ()
    repeated = (*header.repeated, *claims.repeated)
    return (WellFormedToken(text=Secret(text), header=header.value, claims=claims.value, repeated=repeated),)


def decoded(segment: str) -> bytes:
    """Decode base64url without padding; the segment has no foreign character and no impossible length."""
    return binascii.a2b_base64(segment.translate(_TO_BASE64) + "=" * (-len(segment) % 4))
