"""Runs a row in the guest, and says in what the report differs from what it must be."""

import json
from collections.abc import Mapping
from contextlib import ExitStack

from guest_lab import Done, Guest
from guest_row import WORLDS, Row, Told
from lab_verdict import Verdict


def wrongs(guest: Guest, check: str, row: Row, *flags: str) -> list[str]:
    """Make the row's world, run ``hms-doctor devices`` in it, and give what is wrong; empty where nothing is."""
    guest.sh(f"{WORLDS}\n{row.world}")
    found = _run(guest, check, row, (*flags, *row.flags), row.told)
    if row.also:
        more, told = row.also
        found += [f"{' '.join(more)}: {wrong}" for wrong in _run(guest, check, row, (*flags, *row.flags, *more), told)]
    if row.after:
        after = guest.run("/bin/sh", "-ec", row.after)
        found += [] if after.code == 0 else [f"afterwards {row.after}: {after.out}{after.err}"]
    return found


def _run(guest: Guest, check: str, row: Row, flags: tuple[str, ...], told: Told) -> list[str]:
    pid = 0
    with ExitStack() as beside:
        if row.beside:
            program = row.beside
            groups = ("video", "audio")
            pid = beside.enter_context(guest.running(*program.argv, user=program.user, groups=groups))
            guest.sh(f"{WORLDS}\nPID={pid}; until_true '{program.ready}'")
        if row.later:
            beside.enter_context(guest.running("/bin/sh", "-c", f"{WORLDS}\n{row.later}"))
        command = ("hms-doctor", "devices", "--only", check, *flags, "--format", "json")
        done = guest.run(*command, user=row.user, groups=row.groups)
    found = [] if not done.err else [f"stderr: {done.err[-600:]}"]
    return found + _judged(done, check, told, pid, row.within)


def _judged(done: Done, check: str, told: Told, pid: int, within: float) -> list[str]:
    try:
        said = Verdict(done.code, json.loads(done.out))
    except ValueError:
        return [f"no report: {done}"]
    root = said.report["root_cause"]
    named = said.short[:3] if root else ("", check, None)
    differs = {
        "exit": (said.exit, told.exit),
        "verdict": (said.report["verdict"], told.verdict),
        "cause": (named, (told.cause, check, told.code)),
        "action": (said.action if told.action and root else "", told.action),
    }
    found = [f"{what} {seen}, not {meant}" for what, (seen, meant) in differs.items() if seen != meant]
    text = json.dumps(said.report, ensure_ascii=False)
    words = (word.replace("{pid}", str(pid)) for word in told.says)
    found += [
        f"no {word!r}" for word in words if json.dumps(word, ensure_ascii=False)[1:-1].lower() not in text.lower()
    ]
    shown = _shown(said.report).lower()
    found += [f"{word!r} misleads" for word in told.never if word.lower() in shown]
    if told.level is not None and abs(_level(said.report) - told.level) > 0.5:
        found.append(f"{_level(said.report)} dBFS, not {told.level}")
    if said.seconds > within:
        found.append(f"it took {said.seconds:.1f} s")
    return [*found, _told(said.report)] if found else []


def _told(report: Mapping[str, object]) -> str:
    checks = report["checks"]
    assert isinstance(checks, list)
    return "\n".join(json.dumps(check["findings"]) for check in checks) + f"\n{report['headline']}"


def _shown(report: Mapping[str, object]) -> str:
    """Give what people are shown: not the evidence, which lists everything."""
    checks = report["checks"]
    assert isinstance(checks, list)
    findings = [finding for check in checks for finding in check["findings"]]
    return "\n".join(f"{finding['summary']} {finding['recommended_action']}" for finding in findings)


def _level(report: Mapping[str, object]) -> float:
    checks = report["checks"]
    assert isinstance(checks, list)
    for finding in checks[0]["findings"]:
        recording = finding.get("evidence", {}).get("recording")
        if recording:
            return float(recording["rms_dbfs"])
    return 0.0
