"""Clients that know nothing of the simulator's code: httpx, websockets, dnspython, plain sockets."""

import asyncio
import ssl
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import websockets.asyncio.client as ws

from hms_doctor.model.secret import Secret
from hms_doctor.simulator import Simulator


def trusting(simulator: Simulator) -> ssl.SSLContext:
    """Trust the simulator's own root and nothing else."""
    context = ssl.create_default_context(cafile=str(simulator.ca_file))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def client(simulator: Simulator) -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=trusting(simulator), trust_env=False, timeout=5)


def bearer(token: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.reveal()}"}


async def ask_init(simulator: Simulator, token: Secret) -> httpx.Response:
    """Ask init as the web SDK does."""
    async with client(simulator) as http:
        url = f"{simulator.init_endpoint}/init"
        return await http.get(url, params={"peer_id": str(uuid.uuid4())}, headers=bearer(token))


def signalling_address(simulator: Simulator, role: str = "host") -> str:
    query = f"peer={uuid.uuid4()}&token={simulator.tokens[role].reveal()}&protocol_version=2.5&protocol_spec=20250115"
    return f"{simulator.signalling_url}?{query}"


@asynccontextmanager
async def signalling(simulator: Simulator, role: str = "host") -> AsyncIterator[ws.ClientConnection]:
    address = signalling_address(simulator, role)
    async with ws.connect(address, ssl=trusting(simulator), proxy=None, open_timeout=5, close_timeout=1) as connection:
        yield connection


async def knock(url: str, wanted: bytes = b"GET /init HTTP/1.1\r\nHost: x\r\n\r\n", patience: float = 0.1) -> bytes:
    """Say something to a TLS port without looking at its certificate; give what comes back within the patience."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    parts = urlsplit(url)
    heard = b""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=context)
            try:
                writer.write(wanted)
                while len(heard) < 1_000_000 and (data := await reader.read(65536)):
                    heard += data
            finally:
                writer.transport.abort()
                with suppress(OSError):
                    await writer.wait_closed()
    return heard


@contextmanager
def nothing_left() -> Iterator[None]:
    """Hold the block to leaving no task, no file descriptor and no temporary directory behind."""
    tasks, files, usual = asyncio.all_tasks(), _descriptors(), tempfile.tempdir
    with tempfile.TemporaryDirectory() as own:
        tempfile.tempdir = own
        try:
            yield
        finally:
            tempfile.tempdir = usual
        assert list(Path(own).iterdir()) == []
    assert asyncio.all_tasks() <= tasks
    assert _descriptors() <= files


def _descriptors() -> int:
    known = Path("/proc/self/fd")
    return len(list(known.iterdir())) if known.is_dir() else 0
