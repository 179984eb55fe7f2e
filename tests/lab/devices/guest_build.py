"""Builds the guest: a Debian kernel, a root and an initial ram disk, from the machine's own package sources.

Usage: python guest_build.py    It prints the folder that holds the guest, or why there is none (exit 1).

The folder stands in the user's cache, named after this script and its lists; it is built aside and then renamed.
"""

import fcntl
import hashlib
import lzma
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from struct import unpack_from
from typing import Final

from guest_recipe import AT_BOOT, GROUPS, INIT, MODULES, PACKAGES, TOOLS, USELESS, USERS

LONGEST: Final = 420


class NoGuestError(Exception):
    """Why there can be no guest here, for people."""


def folder() -> Path:
    """Give where the guest stands, built or not."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    recipe = b"".join(Path(__file__).with_name(f"guest_{name}.py").read_bytes() for name in ("build", "recipe"))
    known = hashlib.sha256(recipe + version.encode()).hexdigest()[:16]
    return cache / "hms-doctor" / "guest" / known


def is_built() -> bool:
    return (folder() / "complete").exists()


def build() -> Path:
    """Build the guest unless it is there; two at once build it once. Raises ``NoGuestError``."""
    target = folder()
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_built():
            _check_tools()
            for left in target.parent.glob(f"{target.name}.*.part"):  # by a build that was killed
                shutil.rmtree(left, ignore_errors=True)
            with _aside(target) as work:
                _make(work)
    return target


def _check_tools() -> None:
    missing = [tool for tool in TOOLS if not shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")]
    if missing:
        raise NoGuestError(f"needs {', '.join(missing)}")


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """Give a folder that takes the target's place when it was filled, and is gone if not."""
    work = Path(tempfile.mkdtemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent))
    try:
        yield work
        (work / "complete").touch()
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _make(work: Path) -> None:
    root = work / "root"
    _bootstrap(work, root)
    python = next((path.name for path in (root / "usr/bin").glob("python3.*") if path.name[8:].isdecimal()), "none")
    if python != f"python3.{sys.version_info.minor}":
        raise NoGuestError(f"Debian's package is {python}, this is Python 3.{sys.version_info.minor}")
    [release] = [path.name for path in (root / "usr/lib/modules").iterdir()]
    _initial_disk(work, root, release)
    (work / "vmlinux").write_bytes(uncompressed((root / f"boot/vmlinuz-{release}").read_bytes()))
    _shrink(root, release)
    _accounts(root)
    compiled(root / "usr/lib" / python)
    _run("ldconfig", "-r", str(root))
    _run("mksquashfs", str(root), str(work / "root.sqfs"), *("-comp", "lz4", "-all-root", "-no-progress", "-quiet"))
    shutil.rmtree(root)


def _bootstrap(work: Path, root: Path) -> None:
    """Unpack the packages; none of their scripts is run, so that no privilege is needed for them."""
    sources, suite = _sources()
    (work / "sources.list").write_text(sources)
    hook = next(Path("/usr/share/mmdebstrap/hooks").glob("merged-usr"), None)
    merged = (f"--hook-dir={hook}",) if hook else ()
    include = f"--include={','.join(PACKAGES)}"
    _run("mmdebstrap", "--variant=extract", include, *merged, suite, str(root), str(work / "sources.list"))


def _sources() -> tuple[str, str]:
    """Give this machine's own sources of Debian packages, and their suite."""
    wanted = ("--format", "deb $(REPO_URI) $(RELEASE) $(COMPONENT)", "Identifier: Packages", "Origin: Debian")
    lines = _run("apt-get", "indextargets", *wanted)
    if not lines and os.geteuid() == 0:
        _run("apt-get", "-qq", "update")
        lines = _run("apt-get", "indextargets", *wanted)
    if not lines:
        raise NoGuestError("apt knows no Debian packages here (apt-get update)")
    return lines, min((line.split()[2] for line in lines.splitlines()), key=len)


def _modules(root: Path, release: str, names: tuple[str, ...]) -> list[str]:
    """Give the files of modules and of all that they need, in the order of insertion, relative to the root."""
    known: dict[str, None] = {}
    for name in names:
        told = _run("modprobe", "-d", str(root), "-S", release, "--show-depends", name)
        known |= dict.fromkeys(re.findall(r"^insmod (\S+)", told, re.MULTILINE))
    return [str(Path(path).resolve().relative_to(root.resolve())) for path in known]


def _initial_disk(work: Path, root: Path, release: str) -> None:
    _run("depmod", "-b", str(root), release)
    disk = work / "initial"
    for name in ("bin", "proc", "sys", "dev", "ro", "rw", "new"):
        (disk / name).mkdir(parents=True)
    shutil.copy(root / "bin/busybox", disk / "bin/busybox")
    paths = _modules(root, release, AT_BOOT)
    for path in paths:
        shutil.copy(root / path, disk / Path(path).name)
    (disk / "modules").write_text("\n".join(Path(path).name for path in paths))
    (disk / "init").write_text(INIT)
    (disk / "init").chmod(0o755)
    names = "".join(f"{path.relative_to(disk)}\n" for path in sorted(disk.rglob("*")))
    packed = subprocess.run(
        ("cpio", "-o", "-H", "newc", "--quiet", "-R", "0:0"),
        input=names.encode(),
        cwd=disk,
        stdout=subprocess.PIPE,
        timeout=60,
        check=True,
    )
    (work / "initrd").write_bytes(packed.stdout)
    shutil.rmtree(disk)


def uncompressed(image: bytes) -> bytes:
    """Take the ELF kernel out of a bzImage (x86 boot protocol): unpacking it under emulation takes seconds."""
    sectors, offset, length = image[0x1F1], *unpack_from("<II", image, 0x248)
    payload = image[(sectors + 1) * 512 + offset :][:length]
    if not payload.startswith(b"\xfd7zXZ"):
        return image
    return lzma.LZMADecompressor().decompress(payload)


def compiled(tree: Path) -> None:
    """Compile modules as they load fastest: never looked at again, and without the columns of tracebacks."""
    python = (sys.executable, "-I", "-X", "no_debug_ranges", "-m", "compileall", "-qq", "-j2")
    subprocess.run((*python, "--invalidation-mode", "unchecked-hash", str(tree)), check=False, timeout=LONGEST)


def _shrink(root: Path, release: str) -> None:
    """Keep the modules that are wanted, and nothing that no test reads."""
    kept = _modules(root, release, MODULES)
    aside = root / "kept"
    for path in kept:
        (aside / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).rename(aside / path)
    for path in USELESS:
        shutil.rmtree(root / path, ignore_errors=True)
    shutil.move(aside / "usr/lib/modules", root / "usr/lib/modules")
    shutil.rmtree(aside)
    _run("depmod", "-b", str(root), release)


def _accounts(root: Path) -> None:
    """Do what the packages' own scripts would have done for users and groups."""
    etc, masters = root / "etc", root / "usr/share/base-passwd"
    users = "".join(f"{name}:x:{uid}:{uid}::/home/{name}:/bin/sh\n" for name, uid in USERS)
    groups = "".join(f"{name}:x:{uid}:\n" for name, uid in USERS)
    master = (masters / "passwd.master").read_text()
    (etc / "passwd").write_text(f"{master}{users}messagebus:x:105:105::/nonexistent:/usr/sbin/nologin\n")
    (etc / "group").write_text(f"{(masters / 'group.master').read_text()}{GROUPS}{groups}")
    (etc / "machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    (etc / "hosts").write_text("127.0.0.1 localhost guest\n")
    for path in ("dev", "proc", "sys", "opt/site", "opt/code", "run", "tmp", "var/cache", "root"):
        (root / path).mkdir(parents=True, exist_ok=True)
    for name, _ in USERS:
        (root / "home" / name).mkdir(parents=True)


def _run(*command: str) -> str:
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", "LC_ALL": "C"}
    try:
        done = subprocess.run(command, capture_output=True, env=environment, timeout=LONGEST, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoGuestError(f"{command[0]}: {error}") from error
    if done.returncode != 0:
        raise NoGuestError(f"{command[0]}: {done.stderr.decode('utf-8', 'replace').strip()[-600:]}")
    return done.stdout.decode()


def main() -> None:
    """Build, and pack what the package needs; SIGTERM ends it like Ctrl-C does, with everything put away."""
    from guest_pack import site

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.stdout.write(f"{build()}\n")
        site()
    except NoGuestError as reason:
        sys.exit(f"no guest: {reason}")


if __name__ == "__main__":
    main()
