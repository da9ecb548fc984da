"""What runs in the child process: moto, its clock, its randomness, and the state that must not be lost."""
