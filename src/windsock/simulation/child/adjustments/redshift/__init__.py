"""Redshift: clusters that take their time, their events, and who subscribes to them."""
