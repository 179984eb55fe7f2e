"""What a token says and what is wrong with it."""
