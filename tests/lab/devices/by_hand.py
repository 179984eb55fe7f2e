"""Runs commands in the guest, one after the other, each told with its output, exit code and time.

Usage: python by_hand.py [--of FOLDER] [--user NAME] [--groups A,B] COMMAND...
       ``hms-doctor …`` runs the real command line of this checkout (or of FOLDER) as ``caller`` of the groups video and
       audio; any other command runs in root's shell. ``-`` reads commands from standard input, one a line.
"""

import argparse
import shlex
import sys
import time
from collections.abc import Iterator

import guest_build
from guest_lab import Guest, obstacle


def commands(given: list[str]) -> Iterator[str]:
    for one in given:
        if one == "-":
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield one


def main() -> None:
    reader = argparse.ArgumentParser()
    reader.add_argument("--of", default="", help="folder that holds hms_doctor/")
    reader.add_argument("--user", default="caller")
    reader.add_argument("--groups", default="video,audio")
    reader.add_argument("commands", nargs="+")
    given = reader.parse_args()
    guest_build.build()
    if missing := obstacle():
        sys.exit(missing)
    began = time.monotonic()
    guest = Guest(given.of)
    sys.stdout.write(f"# ready after {time.monotonic() - began:.1f} s\n")
    for command in commands(given.commands):
        if command.startswith("hms-doctor"):
            groups = tuple(name for name in given.groups.split(",") if name)
            done = guest.run(*shlex.split(command), user=given.user, groups=groups, seconds=60)
        else:
            done = guest.run("/bin/sh", "-c", command, seconds=60)
        sys.stdout.write(f"$ {command}\n{done.out}{done.err}# exit {done.code}, {done.seconds:.2f} s\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
