"""A call's packets through a relay: the paced loop and the load."""
