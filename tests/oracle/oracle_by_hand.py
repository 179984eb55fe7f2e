"""Shows what the official SDK tells its app under a fault.

Usage: PYTHONPATH=. python tests/oracle/oracle_by_hand.py [FAULT [SECONDS [ACT]]]
       ACT: join, preview, joinTwiceAtOnce, joinTwiceByActions, addTrack, diagnose
"""

import sys

from oracle_farm import Farm
from oracle_row import Act, Row


def main() -> None:
    fault, seconds, act = (*sys.argv[1:], *("healthy", "20", "join")[len(sys.argv) - 1 :])
    row = Row(name=fault, fault=fault, act=Act(act), watch=float(seconds), whole=True)
    with Farm([row]) as farm:
        seen = farm.seen(row, row.watch + 60)
    sys.stdout.write(f"{seen.timeline()}\n{seen.looks}\n")


if __name__ == "__main__":
    main()
