"""The devices of a real kernel, told by the real command line; every row of the tables."""

import os
from collections.abc import Iterator, Mapping

import pytest
from expected_bluetooth import STATES
from expected_camera import LOOKED_AT, PUT_TO_THE_TEST
from expected_sound import MICROPHONES, OUTPUTS, RECORDED
from guest_judge import wrongs
from guest_lab import Guest, obstacle
from guest_row import Row

LONGEST_MATRIX = 180.0
"""Seconds for all rows after the boot, without those for which other work had the processor."""
TRIES, STARVED = 3, 0.2
pytestmark = [
    pytest.mark.skipif(bool(obstacle()), reason=f"guest lab: {obstacle()}"),
    pytest.mark.timeout(240),
]


@pytest.fixture(scope="session")
def guest() -> Iterator[Guest]:
    client = Guest(os.environ.get("HMS_GUEST_SOURCE", ""))
    yield client
    client.close()


def rows(table: Mapping[str, Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", table.values(), ids=table.keys())


def judge(guest: Guest, part: str, row: Row, *flags: str) -> None:
    """Hold a row's report to what it must be; one that other work kept from the processor is run again."""
    wrong: list[str] = []
    for _ in range(TRIES):
        with guest.leased("guest") as lease:
            wrong = wrongs(guest, f"devices.{part}", row, *flags)
            lease.counts = not wrong
        if not wrong or guest.figures["last waited"] < guest.figures["last"] * STARVED:
            break
    assert not wrong, "\n".join(wrong)
    assert guest.figures["busy"] - guest.figures["waited"] < LONGEST_MATRIX, guest.figures


@rows(LOOKED_AT)
def test_a_camera_that_is_looked_at(guest: Guest, row: Row) -> None:
    judge(guest, "camera", row)


@rows(PUT_TO_THE_TEST)
def test_a_camera_that_is_put_to_the_test(guest: Guest, row: Row) -> None:
    judge(guest, "camera", row, "--test")


@rows(MICROPHONES)
def test_a_microphone_that_is_looked_at(guest: Guest, row: Row) -> None:
    judge(guest, "microphone", row)


@rows(RECORDED)
def test_a_microphone_that_is_recorded(guest: Guest, row: Row) -> None:
    judge(guest, "microphone", row, "--test")


@rows(OUTPUTS)
def test_a_sound_output(guest: Guest, row: Row) -> None:
    judge(guest, "speaker", row)


@rows(STATES)
def test_a_state_of_bluetooth(guest: Guest, row: Row) -> None:
    judge(guest, "bluetooth", row)
