"""One simulator in the foreground: what ``simulate`` does once it knows what was asked."""

import asyncio
import json
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

from hms_doctor.cli.demo_run import find
from hms_doctor.cli.errors import UsageError
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.reporters.simulate_text import Announcement, tell
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.faults import find_fault

_ENDINGS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to simulate, and that in words."""

    scenario: Scenario
    plays: str


def plan(fault: str) -> Plan:
    """Give the plan for a fault by name or HMS code; raises UsageError for what no backend can play."""
    scenario = find(fault)
    if fault == "healthy":
        return Plan(scenario=scenario, plays="everything works")
    found = find_fault(fault)
    if found.kind != "wire":
        raise UsageError(f"{found.name} is not played by a backend; `hms-doctor demo {found.name}` shows it")
    return Plan(scenario=scenario, plays=f"{found.summary} ({found.name})")


def concrete_address(bind: str) -> str:
    """Give the address to listen on; raises UsageError for what is none, or for all addresses at once."""
    try:
        address = ip_address(bind)
    except ValueError:
        raise UsageError(f"--bind takes an IP address of this machine, not {bind!r}") from None
    if address.is_unspecified:
        raise UsageError(f"--bind {bind} would name no address in the endpoint; give the one that apps will use")
    return str(address)


async def hold(planned: Plan, bind: str, port: int, ready_file: str) -> int:
    """Simulate until a signal ends it; 0 then. Raises UsageError where the port or the file is not to be had."""
    ended = asyncio.Event()
    simulator = Simulator(planned.scenario, bind=bind, port=port)
    with _ending(asyncio.get_running_loop(), ended):
        try:
            await simulator.__aenter__()
        except OSError as error:
            where = f"port {port} of {bind}" if port else bind
            raise UsageError(f"cannot listen on {where}: {error.strerror or error}") from None
        try:
            with _ready(ready_file, simulator):
                tell(_announcement(planned, simulator))
                await ended.wait()
        finally:
            await simulator.__aexit__(None, None, None)
    return 0


@contextmanager
def _ending(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> Iterator[None]:
    """Let the signals that end a foreground program end it cleanly, its files removed."""

    def end(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(ended.set)

    numbers = [getattr(signal, name) for name in _ENDINGS if hasattr(signal, name)]
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _ready(ready_file: str, simulator: Simulator) -> Iterator[None]:
    """Have the ready file there while the simulator runs, and never half of it."""
    if not ready_file:
        yield
        return
    path = Path(ready_file)
    try:
        _write_at_once(path, json.dumps(_told(simulator), indent=2) + "\n")
    except OSError as error:
        raise UsageError(f"cannot write the ready file {ready_file}: {error.strerror or error}") from None
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()


def _write_at_once(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
        draft.write(text)
    try:
        Path(draft.name).replace(path)
    except OSError:
        Path(draft.name).unlink()
        raise


def _told(simulator: Simulator) -> JsonObject:
    """Give the ready file's content; it holds the simulator's own tokens and is readable by this user alone."""
    return {
        "init_endpoint": simulator.init_endpoint,
        "ca_file": str(simulator.ca_file),
        "spki": simulator.spki,
        "tokens": {role: token.reveal() for role, token in simulator.tokens.items()},
        "ice_servers": [
            {"urls": list(server.urls), "username": server.username, "credential": server.credential.reveal()}
            for server in simulator.ice_servers
        ],
        "pid": os.getpid(),
    }


def _announcement(planned: Plan, simulator: Simulator) -> Announcement:
    address, port = simulator.nameserver
    return Announcement(
        plays=planned.plays,
        init_endpoint=simulator.init_endpoint,
        ca_file=str(simulator.ca_file),
        spki=simulator.spki,
        host_token=simulator.tokens["host"],
        guest_token=simulator.tokens["guest"],
        host_token_file=str(simulator.token_files["host"]),
        ice_servers=simulator.ice_servers,
        nameserver=f"{address}:{port}",
    )
