"""The official web SDK, unmodified, in Debian's Chromium: the judge of what is simulated and of what is said of apps.

One browser, a page a row, many rows at once. A row is red where the SDK does otherwise than it was observed to do.
"""

from collections.abc import Iterator

import pytest
from expected_before import BEFORE
from expected_calls import CODES_OF_THE_PAGES, DEVICES, DIAGNOSES, HEALTHY, LOST, NOT_TESTED, TWICE
from expected_room import DESCRIPTIONS, RENEGOTIATION, TRANSPORTS
from expected_words import AT_INIT, AT_JOIN, PUSHED
from oracle_browser import SHA_256, digest, obstacle, release
from oracle_farm import Farm
from oracle_judge import COMPLETED, differences, flows, untold
from oracle_row import OBSERVED, Row, Seen

from hms_doctor.simulator.faults import every_fault

_LONGEST_WAIT = 540.0
_IN_THE_ROOM = (*DESCRIPTIONS, *TRANSPORTS, *RENEGOTIATION, *TWICE, *LOST, *DEVICES)
pytestmark = [
    pytest.mark.skipif(bool(obstacle()), reason=f"the official SDK: {obstacle()}"),
    pytest.mark.timeout(_LONGEST_WAIT + 40),
]


@pytest.fixture(scope="module")
def farm(request: pytest.FixtureRequest) -> Iterator[Farm]:
    """Have the rows of the selected tests seen, all of them from the first test on."""
    chosen = [item.callspec.params.get("row") for item in request.session.items if hasattr(item, "callspec")]
    with Farm({row.name: row for row in chosen if isinstance(row, Row)}.values()) as farm:
        yield farm


def there(row: Row) -> bool:
    return all(name in {"healthy", "", *every_fault()} for name in (*row.fault.split("+"), row.later))


def rows(*table: Row) -> pytest.MarkDecorator:
    table = tuple(row for row in table if there(row))
    return pytest.mark.parametrize("row", table, ids=[row.name for row in table])


def test_the_sdk_is_the_release_that_was_observed() -> None:
    assert release() == OBSERVED
    assert digest() == SHA_256


@rows(*HEALTHY)
def test_media_flows_both_ways(farm: Farm, row: Row) -> None:
    seen = judged(farm, row)
    assert flows(seen), seen.looks
    assert {look["peers"] for look in seen.looks} == {1 + row.others}
    assert [after["peers"] for after in seen.looks_after] == [1] * row.others, "nobody was told that we left"


@rows(*DIAGNOSES)
def test_the_sdks_own_diagnostics(farm: Farm, row: Row) -> None:
    """They say COMPLETED, without an error and with a good score, though nothing passes."""
    report = judged(farm, row).report()
    assert (report["state"], report["errors"]) == (COMPLETED, [])
    assert report["publish"] == report["subscribe"] == (row.fault == "healthy")
    assert bool(report["sent"]) == (row.fault == "healthy")


@rows(*BEFORE)
def test_a_fault_before_the_room(farm: Farm, row: Row) -> None:
    judged(farm, row)


@rows(*AT_INIT, *AT_JOIN, *PUSHED)
def test_the_code_is_the_servers_own(farm: Farm, row: Row) -> None:
    seen = judged(farm, row)
    assert seen.doctor.split()[0] in [str(code) for code in row.shows], seen.doctor


@rows(*_IN_THE_ROOM)
def test_a_fault_in_the_room(farm: Farm, row: Row) -> None:
    judged(farm, row)


def test_every_code_of_the_pages_has_a_row() -> None:
    shown = {code for row in (*BEFORE, *AT_INIT, *AT_JOIN, *PUSHED, *_IN_THE_ROOM) for code in row.shows}
    assert CODES_OF_THE_PAGES - shown == NOT_TESTED.keys()


@pytest.mark.parametrize("code", NOT_TESTED)
def test_a_code_that_no_page_here_can_show(code: int) -> None:
    pytest.skip(f"{code} is not tested: {NOT_TESTED[code]}")


def judged(farm: Farm, row: Row) -> Seen:
    seen = farm.seen(row, _LONGEST_WAIT)
    found = "\n".join(differences(row, seen, release()))
    assert not found, found
    assert not untold(row), untold(row)
    return seen
