"""Real programs on loopback: nginx as the TLS front of a backend, tinyproxy as the proxy of a company."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

needs_nginx = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
needs_tinyproxy = pytest.mark.skipif(shutil.which("tinyproxy") is None, reason="tinyproxy is not installed")

_NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  ssl_certificate {folder}/chain.pem; ssl_certificate_key {folder}/chain.pem;
  server {{ listen 127.0.0.1:{port} {listen}; {server} }}
}}
"""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@asynccontextmanager
async def nginx(folder: Path, server: str, listen: str = "ssl") -> AsyncIterator[int]:
    """Run nginx with the certificate ``chain.pem`` of the folder and this server block; give its port."""
    port = free_port()
    config = _NGINX.format(folder=folder, port=port, listen=listen, server=server)
    (folder / "nginx.conf").write_text(config)
    async with _running(port, "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")):
        yield port


@asynccontextmanager
async def tinyproxy(folder: Path, *lines: str) -> AsyncIterator[int]:
    """Run tinyproxy with these lines of configuration; give its port."""
    port = free_port()
    config = [f"Port {port}", "Listen 127.0.0.1", "Timeout 20", "MaxClients 20", "LogLevel Critical", *lines]
    (folder / "tinyproxy.conf").write_text("\n".join(config) + "\n")
    async with _running(port, "tinyproxy", "-d", "-c", str(folder / "tinyproxy.conf")):
        yield port


@asynccontextmanager
async def _running(port: int, program: str, *arguments: str) -> AsyncIterator[None]:
    nowhere = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        shutil.which(program) or program, *arguments, stdin=nowhere, stdout=nowhere, stderr=nowhere
    )
    try:
        async with asyncio.timeout(15):
            await _until_it_accepts(port)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:  # tinyproxy misses a signal that comes between its look and its accept
            process.kill()
            await process.wait()


async def _until_it_accepts(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.02)
            continue
        writer.transport.abort()
        await asyncio.sleep(0)
        return
