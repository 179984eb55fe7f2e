"""Probes side by side: their board, their bugs, and their end."""

import asyncio

import pytest

from hms_doctor.wire.crew import Crew


async def test_rows_stand_in_the_order_of_the_list() -> None:
    async with Crew[str]() as crew:

        async def put(number: int) -> None:
            for _turn in range(3 - number):
                await asyncio.sleep(0)
            crew.put((number, 0), f"row {number}")

        for number in range(3):
            crew.spawn(put(number))
        snapshots = [rows async for rows in crew.snapshots()]
    assert snapshots[-1] == ("row 0", "row 1", "row 2")
    assert len(snapshots) == len(set(snapshots)), "a snapshot tells something new"


async def test_a_bug_in_a_probe_is_raised_and_the_others_end() -> None:
    ended = asyncio.Event()

    async def fail() -> None:
        raise ZeroDivisionError

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with Crew[str]() as crew:
        crew.spawn(wait())
        crew.spawn(fail())
        with pytest.raises(ZeroDivisionError):
            [rows async for rows in crew.snapshots()]
    assert ended.is_set()
