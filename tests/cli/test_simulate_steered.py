"""``hms-doctor simulate`` as a process: what is typed, piped or posted to it, and how it ends."""

import asyncio
import json
import os
import pty
import re
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import TypeAlias

import httpx
import pytest

from hms_doctor.cli.simulate_run import _where_media_is
from hms_doctor.simulator.room.address import is_reachable, media_address

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 30
TIME = r"\d\d:\d\d:\d\d"
Stdin: TypeAlias = int | None


async def init_status(ready: Mapping[str, object]) -> int:
    tokens = ready["tokens"]
    assert isinstance(tokens, dict)
    context = ssl.create_default_context(cafile=str(ready["ca_file"]))
    async with httpx.AsyncClient(verify=context, trust_env=False) as http:
        headers = {"Authorization": f"Bearer {tokens['host']}"}
        answer = await http.get(f"{ready['init_endpoint']}/init", headers=headers)
    return answer.status_code


@dataclass
class Run:
    process: asyncio.subprocess.Process
    ready: dict[str, object]
    heard: str = ""

    def text(self, name: str) -> str:
        value = self.ready[name]
        assert isinstance(value, str)
        return value

    async def until(self, pattern: str) -> str:
        """Read what it prints until a line fits the pattern, and give that line."""
        assert self.process.stdout
        while True:
            raw = await asyncio.wait_for(self.process.stdout.readline(), LONGEST)
            assert raw, f"it ended before {pattern!r}: {self.heard}"
            line = raw.decode().rstrip("\n")
            self.heard += f"{line}\n"
            if re.search(pattern, line):
                return line

    async def type(self, text: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(text.encode())
        await self.process.stdin.drain()

    async def init(self) -> int:
        """The status with which init answers a good token now."""
        return await init_status(self.ready)

    async def ended(self) -> tuple[int, str]:
        out, err = await asyncio.wait_for(self.process.communicate(), LONGEST)
        self.heard += out.decode() if out else ""
        assert self.process.returncode is not None
        return self.process.returncode, err.decode()


def inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@asynccontextmanager
async def simulating(
    tmp_path: Path, *arguments: str, stdin: Stdin = PIPE, wrapped: str = "", before: str = ""
) -> AsyncIterator[Run]:
    """Run it until the block ends; ``wrapped`` is a shell's line around IT, ``before`` runs in its interpreter."""
    file = tmp_path / "ready.json"
    program = ("-c", f"{before}\nfrom hms_doctor.__main__ import main\nmain()") if before else ("-m", "hms_doctor")
    command = (sys.executable, *program, "simulate", "--ready-file", str(file), *arguments)
    if wrapped:
        command = ("/bin/sh", "-c", f"exec {wrapped.replace('IT', ' '.join(command))}")
    environment = {**os.environ, "PYTHONUNBUFFERED": "", "TMPDIR": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        *command, stdin=stdin, stdout=PIPE, stderr=PIPE, cwd=ROOT, env=environment
    )
    try:
        run = Run(process, {})
        await run.until("Ctrl-C ends it")
        run.ready = json.loads(file.read_text("utf-8"))
        yield run
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def test_lines_of_a_pipe_are_played_and_its_end_ends_nothing(tmp_path: Path) -> None:
    async with simulating(tmp_path) as run:
        await run.type("40102\n")
        assert re.fullmatch(rf"{TIME}  room-id-wrong \(40102\) for everyone: .+", await run.until("40102"))
        assert await run.init() == 401
        await run.type("healthy for 500ms\nnonsense-xyz\nws-refused\n")
        await run.until("healthy for everyone until")
        assert "there is no fault" in await run.until("nonsense-xyz")
        assert "needs a restart: hms-doctor simulate ws-refused" in await run.until("ws-refused")
        await run.until(r"room-id-wrong \(40102\) for everyone")
        assert run.process.stdin
        run.process.stdin.write(b"healthy")  # no line feed before the end
        run.process.stdin.close()
        await run.until("healthy for everyone: everything works")
        assert await run.init() == 200
        run.process.send_signal(signal.SIGINT)
        assert await run.ended() == (0, "")
    assert inside(tmp_path) == []


async def test_quit_ends_it(tmp_path: Path) -> None:
    async with simulating(tmp_path) as run:
        await run.type("help\nquit\n")
        assert await run.ended() == (0, "")
        assert "FAULT peer NAME" in run.heard
    assert inside(tmp_path) == []


async def test_the_control_url_switches_and_ends_it(tmp_path: Path) -> None:
    async with simulating(tmp_path, stdin=DEVNULL) as run, httpx.AsyncClient(trust_env=False) as http:
        url = run.text("control_url")
        assert url in run.heard
        assert (await http.get(url)).json()["fault"] == "healthy"
        assert (await http.post(url, json={"fault": "40108"})).json()["code"] == 40108
        await run.until(r"role-wrong \(40108\) for everyone")
        assert await run.init() == 401
        assert (await http.post(f"{url}x", json={"fault": "healthy"})).status_code == 403
        assert (await http.post(url, content="quit")).json()["outcome"] == "ends"
        assert await run.ended() == (0, "")
        assert run.heard.count(url.rsplit("/", 1)[1]) == 1


async def test_a_fault_in_time(tmp_path: Path) -> None:
    async with simulating(tmp_path, "40102", "--after", "300ms", "--for", "500ms") as run:
        assert "everything works" in run.heard
        assert re.search(rf"{TIME}  room-id-wrong \(40102\) for everyone at {TIME}, for 500ms", await run.until("at "))
        await run.until(rf"room-id-wrong \(40102\) for everyone until {TIME}")
        await run.until("healthy for everyone: everything works")
        assert await run.init() == 200


async def test_a_fault_from_the_start_for_a_while(tmp_path: Path) -> None:
    async with simulating(tmp_path, "40102", "--for", "1m") as run:
        await run.until(rf"room-id-wrong \(40102\) for everyone until {TIME}")
        assert await run.init() == 401
        run.process.send_signal(signal.SIGTERM)
        assert await run.ended() == (0, "")


@pytest.mark.parametrize(
    "wrapped",
    ["IT </dev/null", "IT <&-", "IT <{file}", "nohup IT", "nohup IT <&-", "IT </dev/zero"],
)
async def test_any_standard_input_will_do(tmp_path: Path, wrapped: str) -> None:
    lines = tmp_path / "lines"
    lines.write_text("help\nstatus")
    async with simulating(tmp_path, stdin=DEVNULL, wrapped=wrapped.format(file=lines)) as run:
        if "{file}" in wrapped:
            await run.until("everyone: healthy")
        assert await run.init() == 200
        run.process.send_signal(signal.SIGTERM)
        code, _err = await run.ended()
        assert code == 0


async def test_a_terminal_is_read_and_left_as_it_was(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    try:
        async with simulating(tmp_path, stdin=theirs) as run:
            os.write(ours, b"40102 for 1m\n")
            await run.until(rf"room-id-wrong \(40102\) for everyone until {TIME}")
            os.write(ours, b"\x04")  # the end of the input, as Ctrl-D types it
            assert await run.init() == 401
            assert os.get_blocking(theirs)
            run.process.send_signal(signal.SIGINT)
            assert await run.ended() == (0, "")
    finally:
        os.close(ours)
        os.close(theirs)


async def test_nohup_keeps_it_alive_when_the_terminal_goes(tmp_path: Path) -> None:
    async with simulating(tmp_path, stdin=DEVNULL, wrapped="nohup IT") as run:
        run.process.send_signal(signal.SIGHUP)
        assert await run.init() == 200
        run.process.send_signal(signal.SIGTERM)
        assert (await run.ended())[0] == 0


async def test_nobody_reads_what_it_prints_and_it_goes_on(tmp_path: Path) -> None:
    async with simulating(tmp_path) as run:
        await run.type("faults\n" * 100)  # several times what a pipe holds
        await run.type("40102\n")
        while await run.init() != 401:
            pass
        run.process.send_signal(signal.SIGINT)
        assert (await run.ended())[0] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ws-drop-nope", "--for", "5s"], "there is no fault 'ws-drop-nope'"),
        (["--after", "5s"], "name one"),
        (["40102", "--for", "soon"], "'soon' is no duration: write 500ms, 20s or 2m"),
        (["40102", "--for", "0s"], "more than 0s"),
        (["40102", "--after", "2d"], "'2d' is no duration"),
        (["ws-refused", "--after", "5s"], "leave out --after and --for"),
        (["--control-port", "1"], "--control-port"),
        (["--keep", str(Path(__file__))], "cannot keep anything in"),
        (["--ready-file", str(ROOT)], "cannot write the ready file"),
    ],
)
async def test_a_wrong_flag_is_one_line_and_exit_code_2(arguments: list[str], told: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hms_doctor", "simulate", *arguments, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, cwd=ROOT
    )
    out, err = await asyncio.wait_for(process.communicate(), LONGEST)
    assert (process.returncode, out) == (2, b"")
    assert told in err.decode()
    assert err.count(b"\n") == 1


async def test_trust_is_told_in_short_and_at_length(tmp_path: Path) -> None:
    async with simulating(tmp_path, "--trust") as run:
        for part in ("<debug-overrides>", "adb reverse tcp:", "xcrun simctl keychain booted add-root-cert"):
            assert part in run.heard
    async with simulating(tmp_path) as run:
        assert "debug-overrides" not in run.heard
        for part in ("--ignore-certificate-errors-spki-list=", "SSL_CERT_FILE=", "NODE_EXTRA_CA_CERTS="):
            assert part in run.heard
        await run.type("trust\n")
        await run.until("debug-overrides")


async def test_the_ready_file_tells_more(tmp_path: Path) -> None:
    async with simulating(tmp_path) as run:
        assert run.ready["roles"] == ["host", "guest"]
        assert run.text("media_address")
        assert run.text("auth_endpoint") == f"{run.text('init_endpoint')}/v2/token"
        codes = run.ready["room_codes"]
        assert isinstance(codes, dict)
        assert set(codes) == {"host", "guest"}
        for code in codes.values():
            assert code in run.heard


NO_READERS = """
import asyncio
class Loop(asyncio.SelectorEventLoop):
    def add_reader(self, *_):
        raise NotImplementedError
class Policy(asyncio.DefaultEventLoopPolicy):
    _loop_factory = Loop
asyncio.set_event_loop_policy(Policy())
"""


async def test_a_loop_that_watches_no_pipes_hears_too(tmp_path: Path) -> None:
    async with simulating(tmp_path, before=NO_READERS) as run:
        await run.type("40102\n")
        await run.until(r"room-id-wrong \(40102\) for everyone")
        assert await run.init() == 401
        run.process.send_signal(signal.SIGINT)  # while its thread waits for more
        assert await run.ended() == (0, "")
    async with simulating(tmp_path, before=NO_READERS) as run:
        await run.type("quit\n")
        assert await run.ended() == (0, "")


NO_EXTRA = "import sys; sys.modules['aiortc'] = None"


async def test_without_the_extra_it_stops_at_the_policy_and_says_so(tmp_path: Path) -> None:
    async with simulating(tmp_path, before=NO_EXTRA) as run:
        assert "none, it stops at the policy: pip install 'hms-doctor[room]'" in run.heard
        await run.type("ws-drop\n40102-pushed\n40102\n")
        told = await run.until("ws-drop")
        assert told.endswith("is met in a room alone, which needs an optional package: pip install 'hms-doctor[room]'")
        await run.until("room-id-wrong-pushed is met in a room alone")
        await run.until(r"room-id-wrong \(40102\) for everyone")


async def test_in_the_background_it_leaves_the_terminal_to_others(tmp_path: Path) -> None:
    ready, script = tmp_path / "ready.json", tmp_path / "job"
    simulate = f"{sys.executable} -m hms_doctor simulate --ready-file {ready}"
    script.write_text(f"set -m\n{simulate} >{tmp_path / 'out'} &\ncat\nkill %1\nwait\n")
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execv("/bin/sh", ("/bin/sh", str(script)))  # noqa: S606 - the shell's job control is what is tested
    try:
        for _ in range(LONGEST * 20):
            if exists(ready):
                break
            await asyncio.sleep(0.05)
        os.write(terminal, b"40102\n")
        seen = b""
        while seen.count(b"40102") < 2:  # the terminal's echo, and what cat read
            seen += await asyncio.to_thread(os.read, terminal, 4096)
        assert await init_status(json.loads(read(ready))) == 200
        os.write(terminal, b"\x04")
        await asyncio.to_thread(os.waitpid, pid, 0)
        assert "room-id-wrong" not in read(tmp_path / "out")
    finally:
        os.close(terminal)


def exists(file: Path) -> bool:
    return file.exists()


def read(file: Path) -> str:
    return file.read_text("utf-8")


async def test_what_is_kept_is_the_same_in_the_next_run(tmp_path: Path) -> None:
    folder, seen = str(tmp_path / "kept"), []
    for _ in range(2):
        async with simulating(tmp_path, "--keep", folder) as run:
            seen.append([run.ready[name] for name in ("spki", "ca_file", "room_codes", "control_url")])
            assert await run.init() == 200
            run.process.send_signal(signal.SIGINT)
            assert await run.ended() == (0, "")
    assert seen[0][:3] == seen[1][:3]
    assert seen[0][3] != seen[1][3]
    write(tmp_path / "kept" / "simulator.json", "{}")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hms_doctor", "simulate", "--keep", folder, stdin=DEVNULL, stderr=PIPE, cwd=ROOT
    )
    _out, err = await asyncio.wait_for(process.communicate(), LONGEST)
    assert (process.returncode, err.count(b"\n")) == (2, 1)
    assert b"simulate cannot read; give another folder" in err


def write(file: Path, text: str) -> None:
    file.write_text(text)


async def test_names_are_told_where_they_are_in_play(tmp_path: Path) -> None:
    async with simulating(tmp_path, "dns-nxdomain") as run:
        assert re.search(r"name server    127\.0\.0\.1:\d+ \(UDP\)", run.heard)
        assert "the init endpoint's name" in run.heard or "(dns-nxdomain)" in run.heard
    async with simulating(tmp_path) as run:
        assert "name server" not in run.heard


def test_where_media_goes_is_told() -> None:
    assert _where_media_is("192.0.2.7", "127.0.0.1") == "on 192.0.2.7: WebRTC's ICE leaves loopback out"
    assert _where_media_is("192.0.2.7", "192.0.2.7") == "on 192.0.2.7"
    assert _where_media_is("127.0.0.1", "127.0.0.1").startswith("through the relays alone")


async def test_an_address_that_others_reach_is_warned_of(tmp_path: Path) -> None:
    address = media_address("127.0.0.1")
    if not is_reachable(address):
        pytest.skip("this machine has no address but loopback")
    async with simulating(tmp_path, "--bind", address) as run:
        assert run.text("init_endpoint").startswith(f"https://{address}:")
        assert run.text("control_url").startswith("http://127.0.0.1:")
        assert await run.init() == 200
        run.process.send_signal(signal.SIGINT)
        code, err = await run.ended()
        assert (code, err.count("\n")) == (0, 1)
        assert f"whoever can reach {address} can use this backend, and the tokens printed below" in err
