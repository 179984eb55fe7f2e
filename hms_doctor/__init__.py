"""Finds out why a 100ms (HMS) call will not work, and says so in 100ms's own error codes."""

__version__ = "0.1.0"
