"""The coverage-guided fuzzer of what STUN and TURN servers may answer: a program to be run by hand, not a test.

Usage: python tests/fuzz/fuzz.py [SECONDS] [TARGET…]          600 seconds over all targets by default
       python tests/fuzz/fuzz.py replay FILE TARGET           run one input again, to see where it fails

It needs `atheris` in a virtual environment of its own, and nothing else:
       python -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install atheris
       nice -n 19 /tmp/fuzz/bin/python tests/fuzz/fuzz.py

Each target (`tests/wire/fuzz_targets.py`) runs in a child process of its own and gets an equal part of the time. It
starts from `messages.txt`, which are answers of coturn 4.6.1 in hexadecimal, and grows a corpus in `build/fuzz/TARGET`.
An input that makes a target raise is kept there as `crash-…`; make a test of it, then mend.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
CORPUS: Final = ROOT / "build" / "fuzz"
SECONDS: Final = 600
SLOWEST_INPUT: Final = 60
"""Seconds of real time that one input may take: all waits are hurried through, but at `nice 19` others come first."""
_OF_MESSAGES: Final = frozenset({"message", "stream", "hear", "checks"})
_HONEST: Final = bytes(64)

sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "wire")]


def seeds(target: str) -> Iterator[bytes]:
    """Give what a target starts from: real messages, or tapes of which every choice is honest but one."""
    messages = [bytes.fromhex(line.split()[-1]) for line in Path(__file__).with_name("messages.txt").open()]
    if target not in _OF_MESSAGES:
        yield _HONEST
        yield from (bytes([0] * at + [choice]) for at in range(24) for choice in range(1, 9))
    elif target == "message":
        yield from messages
    else:
        start = bytes(4 if target == "hear" else 8)  # what the target itself reads as a tape
        yield from (start + message for message in messages)
        yield start + b"".join(messages)


def fuzz_one(target: str, flags: list[str]) -> None:
    """Become libFuzzer; never returns."""
    import atheris

    with atheris.instrument_imports(include=["hms_doctor.wire"]):
        from fuzz_targets import TARGETS

    atheris.Setup([sys.argv[0], *flags], TARGETS[target])
    atheris.Fuzz()


def fuzz(target: str, seconds: int) -> bool:
    """Fuzz one target in a child; tell whether it held."""
    corpus = CORPUS / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (corpus / f"seed-{number:03}").write_bytes(seed)
    flags = (f"-max_total_time={seconds}", f"-timeout={SLOWEST_INPUT}", f"-artifact_prefix={corpus}/", "-max_len=4096")
    command = (sys.executable, __file__, "one", target, *flags, "-print_final_stats=1", str(corpus))
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    told = done.stderr.splitlines()
    covered = [line for line in told if " cov: " in line][-1:]
    figures = [line for line in told if "number_of_executed_units" in line or "peak_rss" in line]
    sys.stdout.write("\n".join([f"{target}: exit {done.returncode}", *covered, *figures, ""]))
    if done.returncode:
        sys.stdout.write("\n".join([*told[-40:], ""]))
    sys.stdout.flush()
    return not done.returncode


def main(arguments: list[str]) -> int:
    """Fuzz the targets one after the other."""
    from fuzz_targets import TARGETS

    seconds = int(arguments.pop(0)) if arguments and arguments[0].isdecimal() else SECONDS
    chosen = arguments or list(TARGETS)
    held = [fuzz(target, seconds // len(chosen)) for target in chosen]
    return 0 if all(held) else 1


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["one", target, *flags]:
            fuzz_one(target, flags)
        case ["replay", file, target]:
            from fuzz_targets import TARGETS

            TARGETS[target](Path(file).read_bytes())
        case arguments:
            sys.exit(main(arguments))
