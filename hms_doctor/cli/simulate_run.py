"""One simulator in the foreground: what ``simulate`` does once it knows what was asked."""

import asyncio
import select
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from ipaddress import ip_address
from types import FrameType

from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.running import endings, warn
from hms_doctor.cli.simulate_plan import EXTRA, Plan, find_part, has_room, look_up
from hms_doctor.cli.simulate_ready import ready
from hms_doctor.cli.simulate_stdin import typed
from hms_doctor.cli.stdout import say
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.reporters.simulate_text import Announcement, announced, trust_of_phones, trust_of_programs
from hms_doctor.simulator import Simulator
from hms_doctor.simulator.identity import Identity, kept_in
from hms_doctor.simulator.room.address import is_reachable, media_address
from hms_doctor.simulator.steering import Steering
from hms_doctor.simulator.steering_control import Control
from hms_doctor.simulator.steering_parts import Outcome
from hms_doctor.simulator.steering_timers import LoopTimers
from hms_doctor.simulator.steering_words import HEALTHY, Play, read_line

_ZONE = ".hms-doctor.test"


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where the simulator is to be, and how much it tells of itself."""

    bind: str
    port: int
    ready_file: str
    keep: str  # the folder of what lasts from run to run; empty: nothing does
    all_trust: bool


async def hold(planned: Plan, where: Where) -> int:
    """Simulate until a signal or ``quit`` ends it. Raises UsageError for a port or file that is not to be had."""
    ended = asyncio.Event()
    with _ending(asyncio.get_running_loop(), ended):
        async with _opened(planned, where) as simulator:
            await _run(planned, where, simulator, ended)
    return 0


async def _run(planned: Plan, where: Where, simulator: Simulator, ended: asyncio.Event) -> None:
    ca_file, media = str(simulator.ca_file), media_address(where.bind)
    trust = (*trust_of_programs(ca_file, simulator.spki), "", *trust_of_phones(ca_file, simulator.init_endpoint))
    steering = Steering(simulator, planned.first, look_up, timers=LoopTimers(), tell=_tell, trust=trust)
    control_url = Control(ground=simulator.ground, steering=steering, end=ended.set).open()
    told = _announcement(planned, simulator, control_url, media, all_trust=where.all_trust)
    with closing(steering), ready(where.ready_file, simulator, control_url, media):
        say(announced(told))
        steering.hear(planned.then)
        with typed(lambda line: _hear(steering, line, ended)):
            await ended.wait()


@asynccontextmanager
async def _opened(planned: Plan, where: Where) -> AsyncIterator[Simulator]:
    simulator = Simulator(planned.first.scenario, bind=where.bind, port=where.port, identity=_identity(where.keep))
    try:
        await simulator.__aenter__()
    except OSError as error:
        place = f"port {where.port} of {where.bind}" if where.port else where.bind
        raise UsageError(f"cannot listen on {place}: {error.strerror or error}") from None
    try:
        _refuse_what_is_settled(planned, simulator)
        _warn_of_others(where.bind)
        yield simulator
    finally:
        await simulator.__aexit__(None, None, None)


def _identity(folder: str) -> Identity:
    try:
        return kept_in(folder) if folder else Identity()
    except OSError as error:
        raise UsageError(f"cannot keep anything in {folder}: {error.strerror or error}") from None
    except ValueError:
        raise UsageError(f"{folder} holds a simulator.json that simulate cannot read; give another folder") from None


def _refuse_what_is_settled(planned: Plan, simulator: Simulator) -> None:
    match planned.then:
        case Play(fault=fault) if settled := simulator.ground.playing.settled(find_part(fault).scenario):
            why = f"{' and '.join(settled)} cannot be changed while it runs"
            raise UsageError(f"{fault} cannot come and go: {why}; leave out --after and --for")
        case _:
            pass


def _warn_of_others(bind: str) -> None:
    if not ip_address(bind).is_loopback:
        warn(f"whoever can reach {bind} can use this backend, and the tokens printed below are valid for it")


def _hear(steering: Steering, line: str, ended: asyncio.Event) -> None:
    reply = steering.hear(read_line(line))
    match reply.outcome:
        case Outcome.ENDS:
            ended.set()
        case Outcome.TOLD | Outcome.REFUSED | Outcome.NEEDS_RESTART:
            for told in reply.lines:
                _tell(told)
        case Outcome.PLAYED:
            pass


def _tell(line: str) -> None:
    """Print a line unless nobody takes what is printed: the simulator must not stand still for a full pipe."""
    try:
        _, ready_now, _ = select.select([], [sys.stdout], [], 0)
    except (OSError, ValueError):  # no such question for a console of Windows
        ready_now = [sys.stdout]
    if ready_now:
        with suppress(UsageError):
            say(f"{line}\n")


@contextmanager
def _ending(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> Iterator[None]:
    """Let the signals that end a foreground program end it cleanly, its files removed."""

    def end(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(ended.set)

    before = {number: signal.signal(number, end) for number in endings()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _where_media_is(address: str, bind: str) -> str:
    if not has_room():
        return f"none, it stops at the policy: {EXTRA}"
    if not is_reachable(address):
        return "through the relays alone: this machine has no address but loopback"
    return f"on {address}" if address == bind else f"on {address}: WebRTC's ICE leaves loopback out"


def _announcement(
    planned: Plan, simulator: Simulator, control_url: str, media: str, *, all_trust: bool
) -> Announcement:
    address, port = simulator.nameserver
    first = planned.first
    token_file, *_others = simulator.token_files.values()
    return Announcement(
        plays=first.plays if first.name == HEALTHY else f"{first.plays} ({first.name})",
        init_endpoint=simulator.init_endpoint,
        auth_endpoint=simulator.auth_endpoint,
        ca_file=str(simulator.ca_file),
        spki=simulator.spki,
        tokens=simulator.tokens,
        token_file=str(token_file),
        room_codes=simulator.room_codes,
        nameserver=f"{address}:{port}" if _ZONE in f"{simulator.init_endpoint} {simulator.signalling_url}" else "",
        media=_where_media_is(media, simulator.ground.bind),
        control_url=control_url,
        all_trust=all_trust,
    )
