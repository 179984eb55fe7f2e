"""``python -m hms_doctor`` and the ``hms-doctor`` script."""

import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its code."""
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
