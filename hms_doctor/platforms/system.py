"""What machine this is, in words for a report."""

import platform


def os_name() -> str:
    """Name the operating system: ``Linux 6.1 x86_64``, ``macOS 15.1 arm64``, ``Windows 11 AMD64``."""
    if platform.system() == "Darwin":
        return f"macOS {platform.mac_ver()[0]} {platform.machine()}"
    release = platform.release().split("-")[0]
    return " ".join(part for part in (platform.system(), release, platform.machine()) if part)


def python_name() -> str:
    """Name the interpreter: ``3.12.4``."""
    return platform.python_version()


def host_name() -> str:
    """Give this machine's name, to be left out of a report that is shared."""
    import socket

    return socket.gethostname()
