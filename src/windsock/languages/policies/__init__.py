"""IAM policy evaluation as a pure library."""
