"""What differs from system to system, and the only place that asks which one this is."""
