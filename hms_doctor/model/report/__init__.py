"""The report as data, and nothing in it that must stay inside."""
