"""What 100ms's server reads in a token: the key, the room, the role, the kind, the algorithm."""

from collections.abc import AsyncIterator

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.model.token.lint import TITLE, diagnose


async def observe(_ctx: Context, facts: Facts) -> AsyncIterator[WellFormedToken]:
    """Take the token as it was read."""
    yield facts[WellFormedToken]


CHECK = Check[WellFormedToken](
    id="token.claims",
    title=TITLE,
    asks="Are the key, the room, the user, the role and the kind of the token there and of the right type?",
    codes=frozenset({40101, 40102, 40107, 40108, 40109}),
    needs=(WellFormedToken,),
    observe=observe,
    diagnose=diagnose,
)
