"""The room: joining it, its two peer connections, the media that passes; what was seen, and its judgement."""
