"""The verdict on every network of the lab, said by ``hms-doctor`` to a user behind it."""

from collections.abc import Iterator, Mapping

import pytest
from ice_combined import COMBINED, LOSSY
from ice_expected import FAMILIES, FIREWALLS, NAMES, NATS, Row, Told
from ice_lab import IceLab, Server, ice_lab
from lab_verdict import Verdict

LONGEST = (
    20.0  # seconds by the run's own clock: silences of three seconds twice, slow names, and what was tried besides
)


@pytest.fixture(scope="module")
def lab() -> Iterator[IceLab]:
    with ice_lab(*Server) as lab:
        yield lab


def has(text: str, word: str) -> bool:
    return word.lower() in text.lower()


def wrongs(said: Verdict, told: Told) -> list[str]:
    """Say in what a verdict differs from what it should be."""
    root = said.report["root_cause"]
    anywhere = f"{said.headline}\n{said.action}\n{said.reasons}" if root else said.headline
    places = {"headline": (said.headline, told.headline), "all": (anywhere, told.anywhere)}
    if root:
        places["action"] = (said.action, told.action)
    found = [
        f"no {word!r} in {place}" for place, (text, words) in places.items() for word in words if not has(text, word)
    ]
    found += [f"{word!r} misleads" for word in told.never if has(anywhere, word)]
    if told.verdict not in {"", said.report["verdict"]}:
        found.append(f"{said.report['verdict']}, not {told.verdict}")
    if bool(told.cause) != bool(root) and told.verdict:
        found.append(f"root cause {'none' if not root else said.short}")
    if told.cause and root:
        expected = (told.cause, told.check, told.code, told.verdict, told.confidence or said.short[4])
        found += [] if said.short[:5] == expected else [f"{said.short[:5]}, not {expected}"]
    return found


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
