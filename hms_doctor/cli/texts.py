"""Texts that several commands share."""


def example(*lines: str) -> str:
    """Give the end of a ``--help``: click keeps the lines of a paragraph that begins with a backspace."""
    title = "Example:" if len(lines) == 1 else "Examples:"
    return "\b\n" + "\n".join([title, *(f"  {line}" for line in lines)])
