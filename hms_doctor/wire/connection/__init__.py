"""From a name to an open connection, in timed steps."""
