"""TURN: from the first request on a line to the proof that packets pass."""
