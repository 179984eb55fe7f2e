import asyncio
import gc
import sys
from pathlib import Path

import pytest
from odd_sfu import Sfu
from stays import staying

from hms_doctor.model.finding import Undecided
from hms_doctor.model.room.joining import NoWebRtc
from hms_doctor.wire.room.library import HOW_TO_GET_IT, Loaded, hush, load_webrtc


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str) -> None:
    """Put a package of this name before the good one."""
    (tmp_path / "aiortc.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "aiortc", raising=False)


async def test_where_it_is_installed_it_loads() -> None:
    assert await load_webrtc() == Loaded()


async def test_without_the_extra_the_join_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiortc", None)
    sfu = Sfu()
    async with staying(sfu) as stay:
        [undecided] = await stay.join()
    assert isinstance(undecided, Undecided)
    assert undecided.summary == HOW_TO_GET_IT
    assert sfu.heard("join") == []


async def test_what_the_stack_stumbles_over_is_nobodys_line(caplog: pytest.LogCaptureFixture) -> None:
    from aioice import Connection

    told: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: told.append(str(context["message"])))
    hush()
    hush()
    stray = asyncio.create_task(Connection(ice_controlling=True).connect())
    await asyncio.wait({stray})
    del stray
    gc.collect()
    assert told == []
    loop.call_exception_handler({"message": "ours"})
    assert told == ["ours"]
    assert caplog.text == ""


async def test_where_nobody_listens_the_loop_speaks_itself(caplog: pytest.LogCaptureFixture) -> None:
    hush()
    asyncio.get_running_loop().call_exception_handler({"message": "ours"})
    assert "ours" in caplog.text


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("raise ImportError('libavcodec.so.62: cannot open shared object file')", "libavcodec.so.62"),
        ("raise RuntimeError('boom')", "RuntimeError: boom"),
        ("import nowhere_to_be_found", "lacks a package of its own: nowhere_to_be_found"),
    ],
)
@pytest.mark.usefixtures("broken")
async def test_one_that_cannot_be_loaded_is_told_with_the_reason(why: str) -> None:
    told = await load_webrtc()
    assert isinstance(told, NoWebRtc)
    assert why in told.why
