"""Codes and causes, explained and found by a text."""
