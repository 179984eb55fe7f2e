"""The signalling websocket: opened, held, and what is said over it."""
