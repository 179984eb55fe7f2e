"""Texts that several commands share."""

from typing import TypedDict


class About(TypedDict):
    """What typer is told of a command."""

    short_help: str
    epilog: str


def about(summary: str, *examples: str) -> About:
    """Describe a command: a summary that fits the list of commands, and the examples that end its ``--help``."""
    return About(short_help=summary, epilog=example(*(f"hms-doctor {line}" for line in examples)))


def example(*lines: str) -> str:
    """Give the end of a ``--help``: click keeps the lines of a paragraph that begins with a backspace."""
    title = "Example:" if len(lines) == 1 else "Examples:"
    return "\b\n" + "\n".join([title, *(f"  {line}" for line in lines)])
