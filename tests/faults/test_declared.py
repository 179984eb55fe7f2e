"""What checks declare is what they do, over the whole fault table: facts, codes, causes, names."""

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest
from fault_runs import Runs
from watched_checks import Seen

from hms_doctor import checks as package
from hms_doctor.checks import every_check
from hms_doctor.model import causes as cause_groups
from hms_doctor.model.causes import NO_CODE, Cause, every_cause
from hms_doctor.model.causes.server import BY_CODE
from hms_doctor.model.check import AnyCheck
from hms_doctor.model.init.server_words import WORD_CODES

pytestmark = pytest.mark.timeout(240)  # some 190 runs, beside each other

TESTS = Path(__file__).parent.parent
CHECKS = {check.id: check for check in every_check()}
CAUSES = every_cause()

SAYS_WHAT_SERVERS_SAY = ("token.room_code", "init", "signalling.connect", "signalling.hold", "signalling.join")
"""They pass on whatever code a server gives; each code of the pages is put into their mouths in tests/checks."""
NOT_IN_THE_TABLE: Mapping[str, Mapping[int, str]] = {
    "local.link": {2003: "the simulated machine has a link; tests/checks takes it away"},
    "local.clock": {40109: "beside a token that the server took it only warns; tests/checks shows it alone"},
    "token.room_code": {2002: "an auth endpoint that is no URL is no fault of a backend"},
    "devices.speaker": {3001: "a speaker is never closed to the user while the microphone is open in a fault",
                        3003: "the same for one that another program holds"},
    "devices.bluetooth": {3002: "only where --require names it"},
    "room.publish": {4001: "an offer that fails already does at the join; tests/model judges the second one",
                     4003: "the same for setting it"},
    "room.subscribe": {4003: "our own stack refuses no answer that it made; tests/model judges one that it does"},
}  # fmt: skip
"""Codes that a check declares and no fault ends in, each with its reason."""


SHOWN_BY_THEIR_LIKE: Mapping[str, str] = {
    "microphone.managed": "judged by the lines that tell camera.managed",
    **{cause.id: "one code of many that the server says; tests say all of them" for cause in BY_CODE.values()},
}
"""Causes that no test names."""


@pytest.fixture(scope="module")
def seen(shared_folder: Path) -> Seen:
    return Runs(shared_folder).over_the_table()


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_a_check_reads_what_it_declares_and_no_more(check: AnyCheck, seen: Seen) -> None:
    assert check.id in seen.reads, "it never ran over the table"
    assert seen.reads[check.id] == {fact.__name__ for fact in (*check.needs, *check.wants)}


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_a_check_gives_the_codes_that_it_declares(check: AnyCheck, seen: Seen) -> None:
    assert seen.codes[check.id] <= check.codes
    words = WORD_CODES if check.id in SAYS_WHAT_SERVERS_SAY else frozenset()
    excused = NOT_IN_THE_TABLE.get(check.id, {})
    assert not excused.keys() & seen.codes[check.id], "produced: strike it from the list"
    assert check.codes - seen.codes[check.id] - words == set(excused)


def test_no_skip_is_silent(seen: Seen) -> None:
    assert seen.silent_skips == []


def test_every_cause_is_found_by_a_fault_or_in_a_test_of_its_own(seen: Seen) -> None:
    tests = {path: path.read_text("utf-8") for path in TESTS.rglob("*.py") if path != Path(__file__)}
    text = "\n".join(tests.values())
    lost = [
        cause
        for cause in CAUSES
        if cause not in seen.causes
        and f'"{cause}"' not in text
        and not any(re.search(rf"\b{name}\b", text) for name in names_of(cause))
        and cause not in SHOWN_BY_THEIR_LIKE
    ]
    assert " ".join(lost) == ""


def names_of(cause: str) -> list[str]:
    """Give the constants that hold a cause."""
    return [name for module in groups() for name, value in vars(module).items() if value is CAUSES[cause]]


def groups() -> list[ModuleType]:
    return [import_module(f"{cause_groups.__name__}.{module.name}") for module in iter_modules(cause_groups.__path__)]


def test_every_cause_has_one_id_and_speaks() -> None:
    constants = {id(value): value for module in groups() for value in vars(module).values() if isinstance(value, Cause)}
    ids = [cause.id for cause in constants.values()]
    assert len(ids) == len(set(ids)) == len(CAUSES)
    for cause in CAUSES.values():
        assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", cause.id), cause.id
        assert cause.title
        assert not cause.title.endswith("."), cause.id
        assert cause.action.endswith("."), cause.id
        assert "!" not in cause.action + cause.title
        assert cause.code == NO_CODE or cause.code in {code for check in CHECKS.values() for code in check.codes}


@pytest.mark.parametrize("cause", [c for c in CAUSES.values() if c.explains], ids=lambda cause: cause.id)
def test_whatever_a_cause_explains_is_there(cause: Cause) -> None:
    for pattern in cause.explains:
        found = [
            other for other in CAUSES if other == pattern or (pattern[-1] == "*" and other.startswith(pattern[:-1]))
        ]
        assert found, pattern


def test_a_check_stands_in_the_file_that_its_id_names() -> None:
    modules = {module.name for module in iter_modules(package.__path__)}
    assert modules == {check_id.replace(".", "_") for check_id in CHECKS}
    for check_id in CHECKS:
        assert import_module(f"{package.__name__}.{check_id.replace('.', '_')}").CHECK.id == check_id
    assert len(CHECKS) == len(every_check())


def test_a_fact_that_is_needed_is_made_or_given() -> None:
    made = {fact for check in CHECKS.values() for fact in check.yields}
    for check in CHECKS.values():
        for fact in check.needs:
            assert fact in made or hasattr(fact, "absent"), f"{check.id} needs {fact.__name__}"
        for fact in check.wants:
            assert fact in made, f"{check.id} wants {fact.__name__}"
        assert not set(check.needs) & set(check.wants)


def test_every_check_asks_a_question() -> None:
    for check in CHECKS.values():
        assert check.asks.endswith("?")
        assert check.title
        assert not check.title.endswith(".")
