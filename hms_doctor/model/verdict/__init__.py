"""From many results to one root cause, one headline, one exit code."""
