"""AWS Health: events that an operator puts in, read through Health's own API and announced on the bus."""
