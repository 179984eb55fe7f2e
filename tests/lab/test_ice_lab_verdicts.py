"""The verdict on every network of the lab, said by ``hms-doctor`` to a user behind it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest
from ice_combined import COMBINED, LOSSY
from ice_crowd import Crowd, side_by_side
from ice_expected import FAMILIES, FIREWALLS, NAMES, NATS, Row
from ice_lab import IceLab, Server
from ice_told import wrongs

LONGEST = 20.0
"""Seconds by the run's own clock: silences of three seconds twice, slow names, and what was tried besides."""


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    with ExitStack() as stack:
        yield Crowd(stack, *Server)


def judged(lab: IceLab, row: Row) -> str:
    lab.become(**row.wish)
    said = lab.check(*row.flags, ice=row.ice, login=row.login, env=row.env)
    wrong = wrongs(said, row.told)
    if said.seconds >= LONGEST:
        wrong.append(f"it took {said.seconds:.1f} s")
    if said.exit != (1 if row.told.verdict == "fail" else 0):
        wrong.append(f"exit {said.exit}")
    if row.told.verdict != "fail" and said.red():
        wrong.append(f"red: {said.red()}")
    return f"{wrong}\n{said}" if wrong else ""


@side_by_side(NATS)
def test_no_kind_of_nat_is_a_trouble(crowd: Crowd, cases: Mapping[str, Row]) -> None:
    crowd.judge(judged, cases)


@side_by_side(FIREWALLS)
def test_each_firewall(crowd: Crowd, cases: Mapping[str, Row]) -> None:
    crowd.judge(judged, cases)


@side_by_side(NAMES)
def test_each_fault_of_dns(crowd: Crowd, cases: Mapping[str, Row]) -> None:
    crowd.judge(judged, cases)


@side_by_side(FAMILIES)
def test_each_address_family(crowd: Crowd, cases: Mapping[str, Row]) -> None:
    crowd.judge(judged, cases)


@side_by_side(COMBINED)
def test_what_comes_together(crowd: Crowd, cases: Mapping[str, Row]) -> None:
    crowd.judge(judged, cases)


@side_by_side(LOSSY)
def test_a_little_loss_turns_nothing_red(crowd: Crowd, cases: Mapping[str, Row]) -> None:
    crowd.judge(judged, cases)
