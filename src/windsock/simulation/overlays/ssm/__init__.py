"""Systems Manager: what happens to parameters is announced."""
