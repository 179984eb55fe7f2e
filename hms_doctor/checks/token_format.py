"""The form of a JWT: three segments of base64url, a JSON header, JSON claims."""

from collections.abc import AsyncIterator

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.token.facts import TokenText, WellFormedToken
from hms_doctor.model.token.form import TITLE, diagnose, look_at
from hms_doctor.model.token.looked_at import LookedAt


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[LookedAt]:
    """Read the token that was given."""
    yield look_at(facts[TokenText], ctx.settings.platform)


CHECK = Check[LookedAt](
    id="token.format",
    title=TITLE,
    asks="Is the token a JWT: three segments of base64url with a JSON header and JSON claims?",
    codes=frozenset({2004}),
    needs=(TokenText,),
    yields=(WellFormedToken,),
    observe=observe,
    diagnose=diagnose,
    offers=lambda seen: (seen.shape,),
)
