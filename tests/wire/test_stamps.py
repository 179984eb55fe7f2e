"""Stamps of what happened: fine, and of one clock."""

import asyncio
import time

import pytest

from hms_doctor.wire import stamps


async def test_two_stamps_a_moment_apart_differ_by_the_moment() -> None:
    before = stamps.stamp()
    await asyncio.sleep(0.01)
    assert 0.009 < stamps.stamp() - before < 1.0


@pytest.mark.skipif(stamps.TICK > 0.001, reason="here the event loop's clock is coarse")
async def test_where_the_loops_clock_is_fine_it_is_the_clock() -> None:
    assert stamps.stamp() == pytest.approx(asyncio.get_running_loop().time(), abs=0.1)


async def test_a_stamp_is_fine_everywhere() -> None:
    until = time.monotonic() + 0.05
    seen = set()
    while time.monotonic() < until:
        seen.add(stamps.stamp())
    assert len(seen) > 40
