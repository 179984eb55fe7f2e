"""The room, joined as the SDK joins it: what is said, two peer connections, synthetic media, the way back and out."""
