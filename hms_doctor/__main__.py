"""``python -m hms_doctor`` and the ``hms-doctor`` script."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        from hms_doctor.cli.app import run

        code = run()
    except KeyboardInterrupt:  # before anything began
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
