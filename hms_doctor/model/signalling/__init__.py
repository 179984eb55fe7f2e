"""What the websocket brings and what its absence means."""
