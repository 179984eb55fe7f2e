"""Protocols on the wire, without verdicts."""
