"""Plain HTTP beside init: where a captive portal would show itself."""

import asyncio

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.ports import open_port
from hms_doctor.simulator.scenario import Listener, TlsScript
from hms_doctor.simulator.web import Request, read_request, send


@dataclass(frozen=True, kw_only=True)
class Portal:
    """Answers every request as scripted."""

    ground: Ground

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        while isinstance(request := await read_request(reader), Request):
            await send(writer, request, self.ground.scenario.portal.answer, self.ground.now())
            if not request.lasts:
                return


def open_portal(ground: Ground) -> int:
    """Open it and give its port."""
    return open_port(ground, TlsScript(listener=Listener.PLAIN), Portal(ground=ground).serve)
