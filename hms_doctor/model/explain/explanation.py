"""A code or a cause, explained: what is listed, what an app really sees, what finds it and what shows it."""

from dataclasses import replace

from hms_doctor.model import observed
from hms_doctor.model.catalogue import Entry, Meaning, find
from hms_doctor.model.catalogue.entry import EVERYWHERE
from hms_doctor.model.causes.cause import NO_CODE, Cause, Platform
from hms_doctor.model.observed import AppSees
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One meaning of a code, or one cause that hms-doctor can find, ready for a reporter."""

    code: int  # ``NO_CODE``: a cause that only warns
    meaning: Meaning
    found_by: tuple[str, ...] = ()  # check ids
    demo: str = ""  # the fault that shows it, empty where none does
    demo_on: str = ""  # the platform on which that ends in this code, empty where every one does
    app_sees: tuple[AppSees, ...] = ()


def of_meaning(code: int, meaning: Meaning) -> Explanation:
    """Explain one meaning of a code; who finds and shows it is not known here."""
    seen = tuple(sees for sees in observed.for_code(code) if sees.platform in meaning.platforms)
    return Explanation(code=code, meaning=meaning, app_sees=() if meaning.unrelated else seen)


def of_cause(cause: Cause) -> Explanation:
    """Explain a cause; what the pages say of its code (terminal, retries, platforms) holds for it too."""
    return Explanation(code=cause.code, meaning=_as_meaning(cause), app_sees=observed.for_cause(cause.id))


def _as_meaning(cause: Cause) -> Meaning:
    entry = find(cause.code)
    base = entry.seen_from(Platform.ANY)[0] if isinstance(entry, Entry) and cause.code != NO_CODE else _WARNING
    return replace(
        base,
        name=cause.id,
        title=cause.title,
        cause=f"{cause.title[:1].upper()}{cause.title[1:]}.",
        action=cause.action,
        symptoms=(),
        source="what hms-doctor can find out, finer than a code",
    )


_WARNING = Meaning(platforms=EVERYWHERE, name="", title="", cause="", action="", symptoms=(), source="")
