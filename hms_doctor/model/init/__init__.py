"""Init's answer, read and judged."""
