"""The oracle's own parts: the comparison with the table, and that no browser outlives what started it."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from oracle_browser import MARK, driver, obstacle
from oracle_judge import complete, differences, untold
from oracle_row import Event, Row, Seen, Settles, both, ends, reconnects

ROW = Row(name="row", signs=both(401), settles=Settles.REJECTS)
ERROR = Event(kind="error", at=1.0, code=401, terminal=True)
REJECTED = Event(kind="rejected", at=1.1, code=401, terminal=True)
RESOLVED = Event(kind="resolved", at=0.5)


def seen(*events: Event, state: str = "Connected") -> Seen:
    return Seen(events=list(events), looks=[{"state": state}])


@pytest.mark.parametrize(
    ("row", "what", "differs"),
    [
        (ROW, seen(ERROR, REJECTED), ""),
        (ROW, seen(REJECTED), "never came: error 401"),
        (ROW, seen(), "never came: rejected 401"),
        (ROW, seen(ERROR, REJECTED, Event(kind="reconnecting", at=2, code=1003)), "not expected: 2.0 s  reconnecting"),
        (ROW, seen(ERROR, RESOLVED), "was seen to be rejected, and was resolved"),
        (Row(name="row"), seen(), ""),
        (Row(name="row"), seen(RESOLVED), "was seen to stay pending, and resolved after 0.5 s"),
        (Row(name="row", signs=(ends(401, earliest=5),)), seen(ERROR), "came at 1.0 s: error 401"),
        (Row(name="row", signs=(reconnects(1003),)), seen(), "never came: reconnecting 1003"),
        (Row(name="row", signs=(ends(401, terminal=False),)), seen(ERROR), "not expected"),
        (Row(name="row", console="Failed"), seen(), "the console never said 'Failed'"),
        (Row(name="row", console="Failed"), seen(Event(kind="console", at=0, text="CreateOfferFailed: no")), ""),
        (Row(name="row", state="Connected"), seen(state="Failed"), "to be Connected in the end, and was Failed"),
    ],
)
def test_a_difference_is_told(row: Row, what: Seen, differs: str) -> None:
    told = "\n".join(differences(row, what, "9.9.9"))
    assert differs in told
    assert bool(told) == bool(differs)
    assert not told or "9.9.9" in told


def test_a_row_is_watched_until_everything_has_come() -> None:
    assert complete(ROW, seen(ERROR, REJECTED))
    assert not complete(ROW, seen(ERROR))
    assert not complete(Row(name="silence"), seen())
    assert not complete(Row(name="to the end", signs=(ends(401),), whole=True), seen(ERROR))


def test_what_we_say_must_name_the_code_and_the_way() -> None:
    assert not untold(Row(name="row", of=2004, sees=2004, words=("join() rejects",)))
    assert "2005" in untold(Row(name="row", of=2004, sees=2005))


def marked(mark: str) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            found = f"{MARK}={mark}".encode() in entry.read_bytes()
        except OSError:
            continue
        if found:
            yield int(entry.parent.name)


def profiles(mark: str) -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"hms-oracle-{mark}-*"))


async def gone(mark: str) -> bool:
    for _ in range(100):
        if not list(marked(mark)):
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.mark.skipif(bool(obstacle()), reason=f"the official SDK: {obstacle()}")
@pytest.mark.parametrize("killed", [False, True], ids=["ended", "killed"])
async def test_no_browser_outlives_its_driver(*, killed: bool) -> None:
    mark = uuid4().hex
    async with driver(mark) as driven:
        await driven.ask("launch", executable=shutil.which("chromium"), spki="", devices=True)
        assert len(list(marked(mark))) > 2
        assert profiles(mark)
        if killed:
            driven.kill()
    assert await gone(mark)
    assert not profiles(mark)
