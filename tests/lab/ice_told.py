"""What must be said of a network, and in what a verdict differs from it."""

from dataclasses import dataclass
from fnmatch import fnmatch

from lab_verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Told:
    """A verdict, with words that must stand in the headline, in the action, and anywhere in the root cause."""

    verdict: str  # of the whole run
    cause: str = ""  # a * stands for anything
    check: str = "ice.verdict"
    code: int | None = None
    confidence: str = ""  # empty: not looked at
    headline: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    never: tuple[str, ...] = ()  # words that would send the reader the wrong way


def has(text: str, word: str) -> bool:
    return word.lower() in text.lower()


def wrongs(said: Verdict, told: Told) -> list[str]:
    """Say in what a verdict differs from what it should be."""
    root = said.report["root_cause"]
    anywhere = f"{said.headline}\n{said.action}\n{said.reasons}" if root else said.headline
    places = {"headline": (said.headline, told.headline), "all": (anywhere, told.anywhere)}
    if root:
        places["action"] = (said.action, told.action)
    found = [
        f"no {word!r} in {place}" for place, (text, words) in places.items() for word in words if not has(text, word)
    ]
    found += [f"{word!r} misleads" for word in told.never if has(anywhere, word)]
    if told.verdict not in {"", said.report["verdict"]}:
        found.append(f"{said.report['verdict']}, not {told.verdict}")
    if bool(told.cause) != bool(root) and told.verdict:
        found.append(f"root cause {'none' if not root else said.short}")
    if told.cause and root:
        cause = said.short[0] if fnmatch(str(said.short[0]), told.cause) else told.cause
        expected = (cause, told.check, told.code, told.verdict, told.confidence or said.short[4])
        found += [] if said.short[:5] == expected else [f"{said.short[:5]}, not {expected}"]
    return found
