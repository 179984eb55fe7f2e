"""What the room needs of a websocket."""

from typing import Protocol

from hms_doctor.model.json import JsonObject
from hms_doctor.simulator.steps import Step


class Line(Protocol):
    """One open websocket; everything but ``play`` is done at once, and nothing is said once it is closed."""

    def push(self, method: str, params: JsonObject) -> None:
        """Send a notification."""

    def answer(self, asked: str, result: JsonObject) -> None:
        """Answer a request."""

    def deny(self, asked: str, code: int, message: str) -> None:
        """Answer a request with an error."""

    def leave_hollow(self, asked: str) -> None:
        """Answer a request with neither a result nor an error."""

    def cut(self) -> None:
        """Cut the TCP connection."""

    async def play(self, steps: tuple[Step, ...]) -> None:
        """Do these steps, one after the other."""
