"""What every test shares."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# Helpers lie beside the tests that use them; their names are unique across the tree.
for folder in Path(__file__).parent.iterdir():
    if folder.is_dir():
        sys.path.insert(0, str(folder))

settings.register_profile("shared cores", deadline=None)  # how long one example takes says nothing on a busy machine
settings.load_profile("shared cores")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give one folder to all workers of this session; gone with it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a long value by its argument: tokens differ from process to process, and the workers must agree on names."""
    return argname if isinstance(val, str | bytes) and len(val) > 40 else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the tests in a guest cost, where they ran; its server wrote that down for this process."""
    told = Path(tempfile.gettempdir(), f"hms-guest-{os.getpid()}", "figures")
    if told.exists():
        terminalreporter.write_line(told.read_text(encoding="utf-8"))
