"""AWS Organizations: the accounts made with `windsock accounts`, to read."""
