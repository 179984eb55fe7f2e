"""The guest's own ways: it ends with the run however that ends, and a build that fails leaves nothing."""

import subprocess
import sys
import time
from pathlib import Path

import guest_build
import guest_recipe
import pytest
from guest_lab import obstacle

SERVER = Path(guest_build.__file__).with_name("guest_server.py")
SOON = 25.0


@pytest.mark.skipif(bool(obstacle()), reason=f"guest lab: {obstacle()}")
def test_the_guest_is_gone_when_the_run_was_killed(tmp_path: Path) -> None:
    folder = tmp_path / "guest"
    folder.mkdir()
    with (
        subprocess.Popen(("sleep", "100")) as run,
        subprocess.Popen((sys.executable, str(SERVER), str(folder), str(run.pid))) as server,
    ):
        try:
            console, until = folder / "console", time.monotonic() + SOON
            while not console.exists() and time.monotonic() < until:
                time.sleep(0.02)
            [machine] = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="ascii").split()
            run.kill()
            assert server.wait(SOON) == 0
        finally:
            run.kill()
            server.kill()
    assert not Path(f"/proc/{machine}").exists()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("tools", "says"),
    [
        ({}, "needs mmdebstrap"),
        (dict.fromkeys(guest_recipe.TOOLS, "echo broken >&2; exit 1"), "apt-get: broken"),
        (dict.fromkeys(guest_recipe.TOOLS, "echo deb file:/nowhere codename main; exit 0"), "this is Python"),
    ],
)
def test_a_build_that_fails_says_why_and_leaves_nothing(
    tools: dict[str, str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, cache = tmp_path / "bin", tmp_path / "cache"
    programs.mkdir()
    for name, script in tools.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    with pytest.raises(guest_build.NoGuestError, match=says):
        guest_build.build()
    assert [path.suffix for path in cache.rglob("*") if path.is_file()] == [".lock"]
