"""What the NAT on the way does, by RFC 5780."""
