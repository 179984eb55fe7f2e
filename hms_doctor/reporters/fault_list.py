"""``demo --list``: the faults of the simulator, as a table and as the contract's JSON."""

import json
from collections.abc import Sequence
from typing import Protocol

from hms_doctor.reporters import Style


class ListedFault(Protocol):
    """What is told of a fault."""

    @property
    def name(self) -> str:
        """What ``demo`` takes."""

    @property
    def code(self) -> int:
        """The HMS code of its root cause, 0 where it only warns."""

    @property
    def kind(self) -> str:
        """``wire``, ``device`` or ``replay``."""

    @property
    def summary(self) -> str:
        """What goes wrong."""


def render_json(faults: Sequence[ListedFault]) -> str:
    """Give a list of ``{"fault", "code", "kind", "summary"}``; ``code`` is null where the fault only warns."""
    rows = [{"fault": f.name, "code": f.code or None, "kind": f.kind, "summary": f.summary} for f in faults]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def render_table(faults: Sequence[ListedFault], style: Style) -> str:
    """Give one line a fault, sorted by code."""
    wide = max((len(f.name) for f in faults), default=0)
    margin = wide + 19  # cells before what goes wrong
    room = max(20, style.width - margin)
    lines = [f"  {'fault':<{wide}}  code   kind    what goes wrong"]
    for fault in sorted(faults, key=lambda f: (f.code or 99999, f.name)):
        first, *more = _wrapped(fault.summary, room)
        lines.append(f"  {fault.name:<{wide}}  {fault.code or '–':<5}  {fault.kind:<6}  {first}")
        lines += [f"{'':{margin}}{rest}" for rest in more]
    lines += ["", "  hms-doctor demo FAULT runs one; – only warns."]
    text = "\n".join(lines) + "\n"
    return text if style.unicode else text.replace("–", "-")


def _wrapped(text: str, room: int) -> list[str]:
    from textwrap import wrap

    return wrap(text, room) or [""]
