"""The verdict on every network of the lab, said by ``hms-doctor`` to a user behind it."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from ice_combined import COMBINED, LOSSY
from ice_expected import FAMILIES, FIREWALLS, NAMES, NATS, Row
from ice_lab import IceLab, Server, ice_lab
from ice_told import wrongs

LONGEST = 20.0
"""Seconds by the run's own clock: silences of three seconds twice, slow names, and what was tried besides."""
CROWD = 3
"""Networks side by side: most of a run's time is silence."""


class Labs:
    """Some labs, and a thread for each; a lab's helpers live as long as the thread that started them."""

    def __init__(self, stack: ExitStack) -> None:
        self._pool = stack.enter_context(ThreadPoolExecutor(CROWD))
        self._labs = [stack.enter_context(ice_lab(*Server)) for _ in range(CROWD)]

    def judge(self, crowd: Mapping[str, Row]) -> None:
        """Hold each network's verdict to what it must be."""
        labs = self._labs[: len(crowd)]
        found = dict(zip(crowd, self._pool.map(judged, labs, crowd.values()), strict=True))
        wrong = "\n".join(f"{name}: {told}" for name, told in found.items() if told)
        assert not wrong, wrong


@pytest.fixture(scope="module")
def labs() -> Iterator[Labs]:
    with ExitStack() as stack:
        yield Labs(stack)


def judged(lab: IceLab, row: Row) -> str:
    """Say what is wrong with the verdict on a network, empty where nothing is."""
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


def rows(table: Mapping[str, Row]) -> pytest.MarkDecorator:
    names = list(table)
    crowds = [names[start : start + CROWD] for start in range(0, len(names), CROWD)]
    params = [pytest.param({name: table[name] for name in crowd}, id=" | ".join(crowd)) for crowd in crowds]
    return pytest.mark.parametrize("crowd", params)


@rows(NATS)
def test_no_kind_of_nat_is_a_trouble(labs: Labs, crowd: Mapping[str, Row]) -> None:
    labs.judge(crowd)


@rows(FIREWALLS)
def test_each_firewall(labs: Labs, crowd: Mapping[str, Row]) -> None:
    labs.judge(crowd)


@rows(NAMES)
def test_each_fault_of_dns(labs: Labs, crowd: Mapping[str, Row]) -> None:
    labs.judge(crowd)


@rows(FAMILIES)
def test_each_address_family(labs: Labs, crowd: Mapping[str, Row]) -> None:
    labs.judge(crowd)


@rows(COMBINED)
def test_what_comes_together(labs: Labs, crowd: Mapping[str, Row]) -> None:
    labs.judge(crowd)


@rows(LOSSY)
def test_a_little_loss_turns_nothing_red(labs: Labs, crowd: Mapping[str, Row]) -> None:
    labs.judge(crowd)
