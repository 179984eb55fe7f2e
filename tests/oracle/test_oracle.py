"""The official web SDK, unmodified, in Debian's Chromium: the judge of what is simulated and of what is said of apps.

One browser, a page a row, many rows at once. A row is red where the SDK does otherwise than it was observed to do.
"""

from collections.abc import Iterator

import pytest
from expected_before import BEFORE
from expected_words import AT_INIT
from oracle_browser import SHA_256, digest, obstacle, release
from oracle_farm import Farm
from oracle_judge import differences, untold
from oracle_row import OBSERVED, Row

from hms_doctor.checks import every_check

_LONGEST_WAIT = 400.0
_JOINS = any(check.id == "signalling.join" for check in every_check())
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


def rows(*table: Row) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", table, ids=[row.name for row in table])


def test_the_sdk_is_the_release_that_was_observed() -> None:
    assert release() == OBSERVED
    assert digest() == SHA_256


@rows(*BEFORE)
def test_a_fault_before_the_room(farm: Farm, row: Row) -> None:
    judged(farm, row)


@rows(*AT_INIT)
def test_the_code_is_the_servers_own(farm: Farm, row: Row) -> None:
    judged(farm, row)


def judged(farm: Farm, row: Row) -> None:
    seen = farm.seen(row, _LONGEST_WAIT)
    assert not differences(row, seen, release()), "\n".join(differences(row, seen, release()))
    assert not untold(row), untold(row)
    if row.doctor and _JOINS:
        assert seen.doctor in [str(code) for code in row.shows]
