"""``python -m hms_doctor`` and the ``hms-doctor`` script."""

import sys

from hms_doctor.cli.app import run


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(run())


if __name__ == "__main__":
    main()
