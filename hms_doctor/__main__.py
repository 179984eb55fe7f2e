"""``python -m hms_doctor`` and the ``hms-doctor`` script."""

import gc
import sys

_INTERRUPTED = 130
_SELDOM = 50_000
"""New objects until the next look for garbage: modules make many that stay, and looking after every 700 costs 5 %."""


def main() -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(_SELDOM)
    try:
        from hms_doctor.cli.app import run

        code = run()
    except KeyboardInterrupt:  # before anything began
        code = _INTERRUPTED
    if code == _INTERRUPTED:  # everything was said; a second Ctrl-C must not turn the exit code into a death
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


if __name__ == "__main__":
    main()
