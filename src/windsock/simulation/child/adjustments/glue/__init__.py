"""Glue: job runs and crawls that take their time."""
