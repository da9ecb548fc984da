"""How messages reach subscribers: one file a protocol, found by itself."""
