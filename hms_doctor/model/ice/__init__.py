"""ICE servers, bindings and relays: what was seen on each path, and in which words it is told."""
