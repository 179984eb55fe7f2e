"""Devices, looked at in a child process that can be killed."""
