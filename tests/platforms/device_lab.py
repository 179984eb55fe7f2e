"""What device tests share: another user to be, and a kernel interface played below libc."""

import os
import pickle
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

Result = TypeVar("Result")
NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler for the played kernel interface")

_PLAYED = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A file FILE.says beside a node holds two numbers: errno of open, and of REQBUFS; and the node's device_caps. */
static int says(const char *path, int *open_errno, int *buffers_errno, uint32_t *caps) {
    char beside[4200];
    snprintf(beside, sizeof beside, "%s.says", path);
    FILE *file = fopen(beside, "re");
    if (!file) return 0;
    int found = fscanf(file, "%d %d %x", open_errno, buffers_errno, caps) == 3;
    fclose(file);
    return found;
}

static int played_open(const char *name, const char *path, int flags, mode_t mode) {
    int open_errno, buffers_errno; uint32_t caps;
    if (says(path, &open_errno, &buffers_errno, &caps) && open_errno) { errno = open_errno; return -1; }
    int (*real)(const char *, int, mode_t) = dlsym(RTLD_NEXT, name);
    return real(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest);
    return played_open("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest);
    return played_open("open64", path, flags, mode);
}

int ioctl(int fd, unsigned long request, ...) {
    va_list rest; va_start(rest, request); void *argument = va_arg(rest, void *); va_end(rest);
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    int open_errno, buffers_errno; uint32_t caps;
    if (length > 0) path[length] = 0;
    if (length <= 0 || !says(path, &open_errno, &buffers_errno, &caps)) {
        int (*real)(int, unsigned long, void *) = dlsym(RTLD_NEXT, "ioctl");
        return real(fd, request, argument);
    }
    if ((uint32_t)request == 0x80685600u) { /* VIDIOC_QUERYCAP */
        unsigned char *answer = argument;
        memset(answer, 0, 104);
        strcpy((char *)answer, "played");
        strcpy((char *)answer + 48, "usb-0000:00:14.0-8");
        uint32_t all = 0x80000000u | caps;
        memcpy(answer + 84, &all, 4);
        memcpy(answer + 88, &caps, 4);
        return 0;
    }
    if ((uint32_t)request == 0xC0145608u) { /* VIDIOC_REQBUFS */
        if (buffers_errno) { errno = buffers_errno; return -1; }
        return 0;
    }
    errno = ENOTTY;
    return -1;
}
"""


def played_kernel(folder: Path) -> Path:
    """Compile the library that answers for nodes with a ``.says`` file, to be loaded by ``LD_PRELOAD``."""
    source, library = folder / "played.c", folder / "played.so"
    source.write_text(_PLAYED)
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library


def says(node: Path, *, opening: int = 0, buffers: int = 0, caps: int = 0x1) -> Path:
    """Lay out a node and what the played kernel says of it."""
    node.parent.mkdir(parents=True, exist_ok=True)
    node.touch()
    Path(f"{node}.says").write_text(f"{opening} {buffers} {caps:x}\n")
    return node


def as_nobody(look: Callable[[], Result], folder: Path) -> Result:
    """Do something as another user, in a process of its own: root may open whatever it likes."""
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.geteuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | stat.S_IXOTH)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:  # an error here must not run the rest of this process's tests a second time
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writer, pickle.dumps(look()))
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(pid, 0)
    assert status == 0
    result: Result = pickle.loads(told)
    return result
