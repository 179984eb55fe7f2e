"""Devices as they were seen, and what that means."""
