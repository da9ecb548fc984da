"""Signing in to the console: users by password and one-time code, the root by its key, sessions by link."""
