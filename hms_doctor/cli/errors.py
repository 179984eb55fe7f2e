"""What the user can mend on the command line."""


class UsageError(Exception):
    """A flag, file or variable is wrong: one sentence that says which and how to mend it (exit code 2)."""
