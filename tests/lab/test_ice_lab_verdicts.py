"""The verdict on every network of the lab, said by ``hms-doctor`` to a user behind it."""

from collections.abc import Iterator, Mapping

import pytest
from ice_combined import COMBINED, LOSSY
from ice_expected import FAMILIES, FIREWALLS, NAMES, NATS, Row
from ice_lab import IceLab, Server, ice_lab
from ice_told import wrongs

LONGEST = 20.0
"""Seconds by the run's own clock: silences of three seconds twice, slow names, and what was tried besides."""


@pytest.fixture(scope="module")
def lab() -> Iterator[IceLab]:
    with ice_lab(*Server) as lab:
        yield lab


def judge(lab: IceLab, row: Row) -> None:
    lab.become(**row.wish)
    said = lab.check(*row.flags, ice=row.ice, login=row.login, env=row.env)
    wrong = wrongs(said, row.told)
    assert not wrong, f"{wrong}\n{said}"
    assert said.seconds < LONGEST
    assert said.exit == (1 if row.told.verdict == "fail" else 0)
    if row.told.verdict != "fail":
        assert said.red() == set(), said


def rows(table: Mapping[str, Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in table.items()])


@rows(NATS)
def test_no_kind_of_nat_is_a_trouble(lab: IceLab, row: Row) -> None:
    judge(lab, row)


@rows(FIREWALLS)
def test_each_firewall(lab: IceLab, row: Row) -> None:
    judge(lab, row)


@rows(NAMES)
def test_each_fault_of_dns(lab: IceLab, row: Row) -> None:
    judge(lab, row)


@rows(FAMILIES)
def test_each_address_family(lab: IceLab, row: Row) -> None:
    judge(lab, row)


@rows(COMBINED)
def test_what_comes_together(lab: IceLab, row: Row) -> None:
    judge(lab, row)


@rows(LOSSY)
def test_a_little_loss_turns_nothing_red(lab: IceLab, row: Row) -> None:
    judge(lab, row)
