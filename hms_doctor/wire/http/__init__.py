"""HTTP over a dialled stream: init, and what else is asked in HTTP."""
