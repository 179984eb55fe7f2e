"""The parent's side of a device child: ask, listen with a deadline, and leave nothing of it behind."""

import asyncio
import os
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Final, Generic, Self

from hms_doctor.devices.cradle import FORKS, child_environment, command
from hms_doctor.devices.hearing import MOST_SAID, Hearing
from hms_doctor.devices.nursery import START_SECONDS, Nursery, nursery_of
from hms_doctor.devices.request import Done, Message, Request, Stage, Told, heard
from hms_doctor.devices.request import asked as question
from hms_doctor.model.check import Context
from hms_doctor.model.devices.codec import MalformedError, from_json
from hms_doctor.model.devices.look import Crashed, End, Finished, Garbled, Hung, Look, NothingSeen, Seen, StillLooking
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import SimulatedMachine
from hms_doctor.platforms.processes import GRACE, ask_to_end, ending, kill_group, own_group
from hms_doctor.platforms.roots import Roots

_HEALTHY: Final = "{}"
_USUAL: Final = Roots()
_MOST_SECONDS: Final = 10.0
_REAP_SECONDS: Final = 1.0
_LEAVE_SECONDS: Final = 2.5


@dataclass(frozen=True, kw_only=True)
class Asked(Generic[Seen]):
    """A kind of device, and the types of survey that are an answer."""

    kind: DeviceKind
    shapes: tuple[type[Seen], ...]


class Child:
    """A device child, running; entered into the run, so that it never outlives it. Without a nursery it is executed."""

    def __init__(
        self,
        request: Request,
        nursery: Nursery | None = None,
        *,
        most: int = MOST_SAID,
        patience: float = START_SECONDS,
    ) -> None:
        self._request = request
        self._patience = patience
        self._hearing = Hearing(most)
        self._nursery = nursery

    async def __aenter__(self) -> Self:
        self._transport = await self._start()
        self._hearing.ask(self._transport, question(self._request))
        return self

    async def _start(self) -> asyncio.SubprocessTransport:
        if self._nursery:
            return await self._nursery.bear(self._hearing, self._patience)
        transport, _ = await asyncio.get_running_loop().subprocess_exec(
            lambda: self._hearing,
            *command("hms_doctor.devices.child"),
            env=child_environment(os.environ),
            **own_group(),
        )
        return transport

    async def line(self, seconds: float) -> bytes:
        """Give the next line, empty at the end; raises TimeoutError and ``MalformedError`` (too much was said)."""
        async with asyncio.timeout(seconds):
            return await self._hearing.line()

    @property
    def noise(self) -> str:
        """The end of what it wrote to stderr so far."""
        return self._hearing.noise

    async def crash(self, stage: str) -> Crashed:
        """Say how a child ended that did not say that it was done."""
        await self._reap()
        how = ending(self._transport.get_returncode() or 0)
        return Crashed(stage=stage, how=how, noise=self._hearing.noise)

    async def leave(self) -> None:
        """Let a child that told all end by itself, which is kinder to a driver than a kill, but only briefly."""
        await self._reap(_LEAVE_SECONDS)

    async def stop(self) -> None:
        """Let a child put a camera back as it was, then kill it; one stuck in the kernel is waited for but a second."""
        if self._transport.get_returncode() is None:
            ask_to_end(self._transport.get_pid())
            await self._reap(GRACE)
        if self._transport.get_returncode() is None:
            kill_group(self._transport.get_pid())
            await self._reap()
        self._transport.close()
        nursery, self._nursery = self._nursery, None
        if nursery:
            await nursery.leave()

    async def _reap(self, seconds: float = _REAP_SECONDS) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._hearing.exited.wait()
        except TimeoutError:
            return

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


async def looks(ctx: Context, asked: Asked[Seen], roots: Roots = _USUAL) -> AsyncGenerator[Look[Seen], None]:
    """Look at one kind of device in a child process, in ever fuller snapshots; the last one says how it ended."""
    required = is_required(f"devices.{asked.kind.value}", ctx.settings.required)
    wish = ctx.settings.devices
    try:
        nursery = nursery_of(ctx.stack) if FORKS else None
        request = _request(ctx, asked.kind, roots)
        child = await ctx.keep(Child(request, nursery, patience=ctx.patience(START_SECONDS)))
    except OSError as error:
        failure = Garbled(detail=f"it did not start: {error.strerror}")
        yield Look(seen=NothingSeen(), end=failure, required=required, wish=wish)
        return
    try:
        async for seen, end in _converse(ctx, child, asked):
            yield Look(seen=seen, end=end, required=required, wish=wish, noise=child.noise)
    finally:
        await child.stop()


def is_required(check_id: str, required: tuple[str, ...]) -> bool:
    """Whether the user said that a check's device must be there, by its id or a prefix of it."""
    return any(check_id == word or check_id.startswith(f"{word}.") for word in required)


def _request(ctx: Context, kind: DeviceKind, roots: Roots) -> Request:
    machine = ctx.settings.machine
    return Request(
        kind=kind,
        wish=ctx.settings.devices,
        script=(machine.script or _HEALTHY) if isinstance(machine, SimulatedMachine) else "",
        dev=str(roots.dev),
        sys=str(roots.sys),
        proc=str(roots.proc),
    )


async def _converse(
    ctx: Context, child: Child, asked: Asked[Seen]
) -> AsyncGenerator[tuple[Seen | NothingSeen, End], None]:
    seen: Seen | NothingSeen = NothingSeen()
    stage = Stage(name="the device process", seconds=START_SECONDS)
    while True:
        heard_now = await _step(ctx, child, stage)
        match heard_now:
            case Stage():
                stage = heard_now
            case Told():
                try:
                    seen = from_json(heard_now.survey, asked.shapes)
                except MalformedError as error:
                    yield seen, Garbled(detail=str(error))
                    return
                yield seen, StillLooking()
            case Done():
                yield seen, Finished()
                if not heard_now.stuck:
                    await child.leave()
                return
            case Hung() | Crashed() | Garbled():
                yield seen, heard_now
                return


async def _step(ctx: Context, child: Child, stage: Stage) -> Message | Hung | Crashed | Garbled:
    seconds = ctx.patience(min(stage.seconds, _MOST_SECONDS))
    ctx.waiting(stage.name, seconds)
    try:
        line = await child.line(seconds)
        return heard(line) if line else await child.crash(stage.name)
    except TimeoutError:
        return Hung(stage=stage.name, seconds=seconds)
    except MalformedError as error:
        return Garbled(detail=str(error))
