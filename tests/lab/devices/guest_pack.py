"""Packs the code under test for the guest: the package, compiled, and what it needs from site-packages."""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Final

from guest_build import compiled, folder

ROOT: Final = Path(__file__).resolve().parents[3]
_AGENT: Final = Path(__file__).with_name("guest_agent.py")
_NOT_LOADED: Final = {"opencv-python-headless", "numpy"}
_LOADED: Final = """
import contextlib, io, sys
sys.argv = ["hms-doctor", "devices", "--only", "devices.camera", "--format", "json"]
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(BaseException):
    from hms_doctor.__main__ import main
    main()
with contextlib.suppress(ImportError):
    import hms_doctor.devices.child
print(*(name for name in sys.modules if not name.startswith(("_", "encodings", "contextlib"))), sep="\\n")
"""


def dependencies() -> dict[str, metadata.Distribution]:
    """Give the installed distributions that the package names in pyproject.toml, and those that they name."""
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = declared.partition("\ndependencies = [")[2].partition("\n]")[0]
    wanted, found = [name.lower() for name in re.findall(r'^ *"([\w.-]+)', listed, re.MULTILINE)], {}
    while wanted:
        name = wanted.pop()
        if name in found or name in _NOT_LOADED:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # another system's
        needs = [line for line in found[name].requires or () if "extra ==" not in line]
        wanted += [re.split(r"[^\w.-]", line, maxsplit=1)[0].lower() for line in needs]
    return found


def site() -> Path:
    """Give the packed dependencies, which stand beside the guest until their versions change."""
    needed = dependencies()
    versions = " ".join(sorted(f"{name}=={one.version}" for name, one in needed.items()))
    known = hashlib.sha256(f"{sys.version_info}{versions}".encode()).hexdigest()[:16]
    target = folder() / f"site-{known}.sqfs"
    if target.exists():
        return target
    with tempfile.TemporaryDirectory() as aside:
        tree = Path(aside, "site")
        for one in needed.values():
            _copy(one, tree)
        packed = _squash(tree, Path(aside, "site.sqfs"))
        part = target.with_suffix(f".{Path(aside).name}")
        shutil.copy(packed, part)
        part.rename(target)
    return target


def _copy(one: metadata.Distribution, tree: Path) -> None:
    for file in one.files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            target = tree / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(one.locate_file(file)), target)


def code(work: Path, source: Path = ROOT) -> Path:
    """Pack a checkout's package, the agent, and a list of the modules that a run loads."""
    tree = work / "code"
    shutil.copytree(source / "hms_doctor", tree / "hms_doctor", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(_AGENT, tree)
    run = subprocess.run((sys.executable, "-c", _LOADED), cwd=tree, stdout=subprocess.PIPE, timeout=60, check=True)
    (tree / "preload.txt").write_bytes(run.stdout)
    packed = _squash(tree, work / "code.sqfs")
    shutil.rmtree(tree)
    return packed


def _squash(tree: Path, target: Path) -> Path:
    compiled(tree)
    options = ("-comp", "lz4", "-all-root", "-no-progress", "-quiet")
    subprocess.run(("mksquashfs", str(tree), str(target), *options), capture_output=True, timeout=120, check=True)
    return target
