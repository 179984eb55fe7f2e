"""Every fault run once in this process or another worker's, and kept: what its checks did, and what its report told."""

import asyncio
import fcntl
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from helpers_faults import WITHOUT_DEVICES, joins, tells_nothing_it_should_not
from watched_checks import Seen

from hms_doctor.cli.demo_run import order_against
from hms_doctor.model.report.report import Report, RootCause
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import AppSecret, DiagnosticsTokenWanted, Expectations, RoomCode, Selection
from hms_doctor.runner import Order, make_plan
from hms_doctor.simulator import Fault, Scenario, Simulator
from hms_doctor.simulator.faults import every_fault

AT_ONCE = 6
"""Runs beside each other; they wait more than they work."""
NOBODY = "http://127.0.0.1:9/"
SECONDS, SECONDS_IN_THE_ROOM = 12.0, 25.0
FAULTS = every_fault()


@dataclass(frozen=True)
class Ran:
    """One run: what was seen of its checks, its root, and why its report may not be shown; empty where it may."""

    seen: Seen
    root: tuple[str, str, int, str]  # cause, check, code, status; empty and 0 where there is none
    leak: str


@dataclass(frozen=True)
class Runs:
    """The runs of a session, in a folder that all its workers share."""

    folder: Path

    def of(self, name: str) -> Ran:
        """Give a fault's run; it is made here where nobody has made it."""
        return asyncio.run(self._had(name))

    def over_the_table(self) -> Seen:
        """Give what is seen under every fault of the simulator, and what no fault shows because it takes a flag."""
        return asyncio.run(self._every_run())

    async def _every_run(self) -> Seen:
        seen, turn = Seen(), asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> Ran:
            async with turn:
                return await self._had(name)

        for ran in await asyncio.gather(*map(one, _table())):
            seen.add(ran.seen)
        for seeds in _FLAGS.values():
            async with Simulator() as simulator:
                await seen.run(_order(simulator, seen, seeds, Selection(only=("token",))))
        return seen

    async def _had(self, name: str) -> Ran:
        kept = self.folder / f"{name}.json"
        while True:
            with _held(kept.with_suffix(".lock")) as ours:
                if ours:
                    if not kept.exists():
                        told = kept.with_suffix(".part")
                        told.write_text(_written(await _run(FAULTS[name])))
                        told.rename(kept)
                    return _read(kept.read_text())
            await asyncio.sleep(0.05)


@contextmanager
def _held(lock: Path) -> Iterator[bool]:
    """Hold a lock for as long as this lasts, where nobody else does; it dies with its process."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


async def _run(fault: Fault) -> Ran:
    about = Selection() if fault.kind == "device" and not joins(fault) else WITHOUT_DEVICES
    seen = Seen()
    async with Simulator(fault.apply(Scenario())) as simulator:
        seconds = SECONDS_IN_THE_ROOM if joins(fault) else SECONDS
        report = await seen.run(_order(simulator, seen, (), about, seconds))
        credentials = [server.credential for server in simulator.ice_servers]
        secrets = (simulator.app_secret, *simulator.tokens.values(), *credentials)
    try:
        tells_nothing_it_should_not(report, secrets)
    except AssertionError as leak:
        return Ran(seen, _root(report), str(leak) or "it tells what it should not")
    return Ran(seen, _root(report), "")


def _root(report: Report) -> tuple[str, str, int, str]:
    root = report.diagnosis.root
    return (root.cause.id, root.check, root.code, root.status.value) if isinstance(root, RootCause) else ("", "", 0, "")


def _order(
    simulator: Simulator, seen: Seen, seeds: tuple[object, ...], about: Selection, seconds: float = SECONDS
) -> Order:
    order = order_against(simulator, seconds=seconds)
    alone = any(isinstance(seed, RoomCode | DiagnosticsTokenWanted) for seed in seeds)
    given = seeds if alone else (*order.seeds, *seeds)
    plan = make_plan(seen.checks(), about, frozenset(type(seed) for seed in given))
    return replace(order, plan=plan, seeds=given, settings=replace(order.settings, auth_endpoint=NOBODY))


def _table() -> Iterator[str]:
    """Give every fault; of the words that the server says in a room one of each kind, as their way here is the same."""
    for name in FAULTS:
        way = next((way for way in ("-at-join", "-pushed") if name.endswith(way)), "")
        if not way or name.removesuffix(way) == "peer-joined":
            yield name


def _written(ran: Ran) -> str:
    seen = ran.seen
    told = [_lists(seen.reads), _lists(seen.codes), sorted(seen.causes), seen.silent_skips, ran.root, ran.leak]
    return json.dumps(told)


def _lists(by_check: Mapping[str, Iterable[object]]) -> dict[str, list[object]]:
    return {check_id: list(some) for check_id, some in by_check.items()}


def _read(text: str) -> Ran:
    reads, codes, causes, silent_skips, (cause, check, code, status), leak = json.loads(text)
    reads, codes = ({check_id: set(some) for check_id, some in lists.items()} for lists in (reads, codes))
    return Ran(Seen(reads, codes, set(causes), silent_skips), (cause, check, code, status), leak)


_FLAGS: Mapping[str, tuple[object, ...]] = {
    "--room-id": (Expectations(room_id="another"),),
    "--role": (Expectations(role="admiral"),),
    "--user-id": (Expectations(user_id="somebody"),),
    "--secret-file": (AppSecret(value=Secret("another secret")),),
    "--room-code": (RoomCode(value=Secret("abc-defg-hij")),),
    "network": (DiagnosticsTokenWanted(url=NOBODY),),
}
