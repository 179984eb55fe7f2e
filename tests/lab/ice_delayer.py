"""Runs in the middle of the lab: a TUN device whose packets come out again later, or not at all.

Started as a program by ``ice_lab``. Each line on stdin is a ``Way`` as JSON, answered with a line on stdout; a line
that holds ``log`` has what happened since the last one written to that file instead.
"""

import fcntl
import heapq
import json
import os
import random
import select
import struct
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

DEVICE: Final = "tun0"
_TUNSETIFF: Final = 0x400454CA
_TUN_WITHOUT_HEADER: Final = 0x0001 | 0x1000
_LARGEST: Final = 65536
_LONGEST_QUEUE: Final = 0.5
_CLIENTS_4: Final = (bytes((198, 51, 100)), bytes((192, 168)), bytes((100, 64)))
_CLIENTS_6: Final = (bytes.fromhex("20010db80051"), bytes.fromhex("20010db80077"))


@dataclass(frozen=True)
class Way:
    """What happens to packets, each direction by itself; times in seconds one way."""

    delay: float = 0.0
    jitter: float = 0.0  # up to this much more, evenly distributed; the order is kept
    loss: float = 0.0  # 0 to 1
    rate: float = 0.0  # bits a second; 0: no limit
    seed: int = 1


@dataclass(frozen=True, order=True, slots=True)
class Passing:
    """A packet on its way: due, and noted with what tells it from others."""

    due: float
    number: int
    data: bytes = field(compare=False)


@dataclass
class Delayer:
    """Both directions of one way."""

    tun: int
    way: Way = Way()
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    queue: list[Passing] = field(default_factory=list)
    last: dict[bool, float] = field(default_factory=lambda: {True: 0.0, False: 0.0})
    busy: dict[bool, float] = field(default_factory=lambda: {True: 0.0, False: 0.0})
    number: int = 0
    log: list[tuple[int, bool, int, float, float]] = field(default_factory=list)

    def take(self, data: bytes, now: float) -> None:
        """Decide a packet's fate once; where it went is noted as (number, outward, length, came in, due or -1)."""
        self.number += 1
        outward = is_outward(data)
        wait = self.way.delay + self.chance.uniform(0, self.way.jitter)
        lost = self.chance.random() < self.way.loss
        begins = max(now, self.busy[outward])
        if lost or begins - now > _LONGEST_QUEUE:
            self.log.append((self.number, outward, len(data), now, -1.0))
            return
        if self.way.rate:
            self.busy[outward] = begins = begins + 8 * len(data) / self.way.rate
        due = self.last[outward] = max(self.last[outward], begins + wait)
        heapq.heappush(self.queue, Passing(due, self.number, data))
        self.log.append((self.number, outward, len(data), now, due))

    def let_go(self, now: float) -> None:
        """Send on all that is due."""
        while self.queue and self.queue[0].due <= now:
            with suppress(OSError):
                os.write(self.tun, heapq.heappop(self.queue).data)

    def told(self, line: str) -> None:
        """Take another way, or write down what happened."""
        wish = json.loads(line)
        if "log" in wish:
            Path(wish["log"]).write_text(json.dumps(self.log))
            self.log.clear()
        else:
            self.way = Way(**wish)
            self.chance = random.Random(self.way.seed)
        say("ok")

    def run(self) -> None:
        """Relay until stdin ends."""
        while True:
            now = time.monotonic()
            self.let_go(now)
            wait = max(0.0, self.queue[0].due - now) if self.queue else None
            ready = select.select([self.tun, sys.stdin], [], [], wait)[0]
            if self.tun in ready:
                with suppress(BlockingIOError):
                    while True:
                        self.take(os.read(self.tun, _LARGEST), time.monotonic())
            if sys.stdin in ready:
                line = sys.stdin.readline()
                if not line:
                    return
                self.told(line)


def is_outward(packet: bytes) -> bool:
    """Whether a packet comes from the clients' side."""
    if packet[0] >> 4 == 4:
        return packet[12:16].startswith(_CLIENTS_4)
    return packet[8:24].startswith(_CLIENTS_6)


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def opened() -> int:
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), _TUN_WITHOUT_HEADER))
    return tun


if __name__ == "__main__":
    with suppress(PermissionError):  # without it a busy machine adds its own delays
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
    sys.stdin.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    delayer = Delayer(opened())
    say("ready")
    delayer.run()
