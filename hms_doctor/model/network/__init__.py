"""The way to a server: links, names, connections, and what keeps a host from being reached."""
