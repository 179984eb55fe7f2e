import asyncio
import socket
import ssl
import time
from pathlib import Path

from net_lab import Authority, mute, trusting
from ws_servers import PATIENT, Reader, Writer, a_context, serving

from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import NoProxy, Settings
from hms_doctor.wire.connection.dial import Dialled, Target, dial
from hms_doctor.wire.connection.stream import CLOSING, Forwarded, Stream


async def dialled(port: int, settings: Settings) -> Stream:
    async with a_context(PATIENT, settings) as ctx:
        protocol = "http" if settings == Settings(proxy=NoProxy()) else "https"
        found = await dial(ctx, Target(host="127.0.0.1", port=port, protocol="http" if protocol == "http" else "https"))
    assert isinstance(found, Dialled)
    return found.stream


async def test_a_second_close_does_nothing() -> None:
    async with serving(mute) as port:
        stream = await dialled(port, Settings(proxy=NoProxy()))
        async with stream:
            pass
        await stream.aclose()
        assert stream.writer.transport.is_closing()


async def test_small_packets_leave_at_once() -> None:
    """Held back until the last one is acknowledged (RFC 1122 section 4.2.3.4), voice through a relay would jitter."""
    async with serving(mute) as port, await dialled(port, Settings(proxy=NoProxy())) as stream:
        sock: socket.socket = stream.writer.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_a_peer_that_never_hangs_up_is_cut_off(tmp_path: Path) -> None:
    """A TLS peer that reads nothing any more never agrees to the end of the session."""
    authority = Authority(tmp_path)
    stuck = asyncio.Event()

    async def deaf(_reader: Reader, writer: Writer) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await stuck.wait()

    async with serving(deaf, authority.server()) as port:
        stream = await dialled(port, trusting(authority))
        stream.writer.write(b"x" * 4_000_000)
        began = time.monotonic()
        await stream.aclose()
        assert time.monotonic() - began < CLOSING + 1.0
        assert stream.writer.transport.is_closing()
        stuck.set()


async def test_a_farewell_is_not_waited_for(tmp_path: Path) -> None:
    """The peer's own would come a round trip later, in the middle of a run."""
    authority = Authority(tmp_path)
    over = asyncio.Event()

    async def silent(_reader: Reader, writer: Writer) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await over.wait()

    async with serving(silent, authority.server()) as port:
        stream = await dialled(port, trusting(authority))
        began = time.monotonic()
        await stream.aclose()
        assert time.monotonic() - began < CLOSING / 2
        over.set()


async def test_tls_ends_with_a_farewell(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    heard = asyncio.get_running_loop().create_future()

    async def listen(reader: Reader, _writer: Writer) -> None:
        try:
            heard.set_result(await reader.read())
        except ssl.SSLError as error:
            heard.set_exception(error)

    async with serving(listen, authority.server()) as port:
        stream = await dialled(port, trusting(authority))
        await stream.aclose()
        assert await heard == b""


def test_a_login_is_not_shown() -> None:
    assert "hunter2" not in repr(Forwarded(authorization=Secret("Basic hunter2")))
