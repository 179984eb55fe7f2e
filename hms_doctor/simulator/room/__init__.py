"""The room of the simulated 100ms: who is in it, their two peer connections each, the media passed on between them."""
