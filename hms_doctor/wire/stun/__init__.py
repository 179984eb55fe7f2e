"""STUN as bytes, out of a stream, and asked over UDP."""
