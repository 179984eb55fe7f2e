"""The shape of a check: look (impure), judge (pure), and what flows between checks, found by its type."""

import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import field
from typing import Generic, TypeVar

from hms_doctor.model.finding import Finding
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import STEP_SILENCE, Settings
from hms_doctor.model.vantage import AS_AN_APP, Vantage

Observation = TypeVar("Observation")
Fact = TypeVar("Fact")
Other = TypeVar("Other")
Resource = TypeVar("Resource")


class Facts:
    """What has been seen so far, found by its type: a wrong look-up is a type error."""

    def __init__(self, facts: Iterable[object] = ()) -> None:
        self._by_type: dict[type, object] = {type(fact): fact for fact in facts}
        self.read: set[type] = set()

    def __getitem__(self, kind: type[Fact]) -> Fact:
        """Give a fact that the check needs; the runner has made sure that it is there."""
        self.read.add(kind)
        fact = self._by_type[kind]
        if not isinstance(fact, kind):
            raise TypeError(kind)
        return fact

    def get(self, kind: type[Fact], default: Other) -> Fact | Other:
        """Give a fact that the check wants, or the default where it was never observed."""
        if kind not in self:
            return default
        return self[kind]

    def __contains__(self, kind: type) -> bool:
        self.read.add(kind)
        return kind in self._by_type

    def __iter__(self) -> Iterator[object]:
        return iter(self._by_type.values())

    def with_facts(self, facts: Iterable[object]) -> "Facts":
        """Give these facts and more; a later fact of the same type takes the place of the earlier."""
        return Facts([*self._by_type.values(), *facts])


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Time as the run sees it: wall-clock seconds since 1970 UTC, and seconds that only go forward."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic


def _nobody_watches(_what: str, _gives_up_in: float) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a check may touch while it looks."""

    settings: Settings
    deadline: float  # on the clock's monotonic scale
    stack: AsyncExitStack  # closed at the end of the run, whatever happens
    vantage: Vantage = AS_AN_APP
    clock: Clock = Clock()
    waiting: Callable[[str, float], None] = _nobody_watches
    """Tell what is waited for and in how many seconds that gives up; shown when it takes long."""

    def remaining(self) -> float:
        """Seconds until the run's deadline, never negative."""
        return max(0.0, self.deadline - self.clock.monotonic())

    def patience(self, wish: float = STEP_SILENCE) -> float:
        """Seconds that one step may stay silent: the wish, shortened so that a second try fits before the deadline."""
        return max(0.05, min(wish, 0.45 * self.remaining()))

    async def keep(self, resource: AbstractAsyncContextManager[Resource]) -> Resource:
        """Enter a live thing (a connection, an allocation, a child process) that the run closes at its end."""
        return await self.stack.enter_async_context(resource)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One look, judged: what the runner sees of an observation, whatever its type."""

    findings: tuple[Finding, ...]
    facts: tuple[object, ...]
    measurements: Mapping[str, float]
    worth_repeating: bool
    experiments: tuple[Vantage, ...]


@dataclass(frozen=True, kw_only=True)
class AnyCheck(ABC):
    """A check as the runner knows it."""

    id: str
    title: str  # the question it asks, as a noun phrase: "the token's claims"
    asks: str = ""  # the question in one sentence, for `hms-doctor list`
    codes: frozenset[int] = frozenset()  # every code that diagnose may give on the pages' platform
    needs: tuple[type, ...] = ()  # facts without which it cannot look
    wants: tuple[type, ...] = ()  # facts that it waits for and uses when they are there
    yields: tuple[type, ...] = ()  # facts that it may produce
    timeout: float = 20.0  # seconds; a safety net, every step inside has its own
    concludes: bool = False  # it only reads facts: it still speaks after the run's deadline

    @abstractmethod
    def examine(self, ctx: Context, facts: Facts) -> AsyncGenerator[Snapshot, None]:
        """Look and judge, in ever fuller snapshots."""


def _itself(observation: object) -> Iterable[object]:
    return (observation,)


def _nothing(_observation: object) -> Iterable[Vantage]:
    return ()


def _never(_observation: object) -> bool:
    return False


def _no_figures(_observation: object) -> Mapping[str, float]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Check(AnyCheck, Generic[Observation]):
    """One check: ``observe`` sees and never judges, ``diagnose`` judges and never touches the world."""

    observe: Callable[[Context, Facts], AsyncIterator[Observation]]
    diagnose: Callable[[Observation], Iterable[Finding]]
    offers: Callable[[Observation], Iterable[object]] = field(default=_itself)
    """The facts in an observation, by default itself alone; only those of a type in ``yields`` are kept."""
    measure: Callable[[Observation], Mapping[str, float]] = field(default=_no_figures)
    """Timed steps in milliseconds by the contract's names (``resolve_ms``, ``connect_ms``, …)."""
    worth_repeating: Callable[[Observation], bool] = field(default=_never)
    """Whether a second look on a fresh socket could see something else (a network step failed)."""
    experiments: Callable[[Observation], Iterable[Vantage]] = field(default=_nothing)
    """What to change to learn more, should this turn out to be the root."""

    async def examine(self, ctx: Context, facts: Facts) -> AsyncGenerator[Snapshot, None]:
        """Look and judge, in ever fuller snapshots."""
        observations = self.observe(ctx, facts)
        try:
            async for observation in observations:
                yield self.judge(observation)
        finally:
            # A cut-off look must close its sockets now, not when the garbage collector comes by.
            if isinstance(observations, AsyncGenerator):
                await observations.aclose()

    def judge(self, observation: Observation) -> Snapshot:
        """Turn one observation into what the runner needs of it; pure."""
        return Snapshot(
            findings=tuple(self.diagnose(observation)),
            facts=tuple(fact for fact in self.offers(observation) if isinstance(fact, self.yields)),
            measurements=self.measure(observation),
            worth_repeating=self.worth_repeating(observation),
            experiments=tuple(self.experiments(observation)),
        )
