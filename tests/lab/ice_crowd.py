"""Several labs side by side: most of the time that a network takes is silence."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Final, TypeVar

import pytest
from ice_lab import IceLab, Server, ice_lab

SIZE: Final = 3
Case = TypeVar("Case")


class Crowd:
    """Some labs, and a thread for each; a lab's helpers live as long as the thread that started them."""

    def __init__(self, stack: ExitStack, *servers: Server) -> None:
        self._pool = stack.enter_context(ThreadPoolExecutor(SIZE))
        self.labs = [stack.enter_context(ice_lab(*servers)) for _ in range(SIZE)]

    def judge(self, judged: Callable[[IceLab, Case], str], cases: Mapping[str, Case]) -> None:
        """Hold each case's verdict to what it must be; ``judged`` says what is wrong, empty where nothing is."""
        found = dict(zip(cases, self._pool.map(judged, self.labs[: len(cases)], cases.values()), strict=True))
        wrong = "\n".join(f"{name}: {told}" for name, told in found.items() if told)
        assert not wrong, wrong


def side_by_side(table: Mapping[str, Case]) -> pytest.MarkDecorator:
    """Give a test the cases of a table a few at a time, under their names."""
    names = list(table)
    groups = [names[start : start + SIZE] for start in range(0, len(names), SIZE)]
    params = [pytest.param({name: table[name] for name in group}, id=" | ".join(group)) for group in groups]
    return pytest.mark.parametrize("cases", params)
