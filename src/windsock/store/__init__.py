"""Durable state: one relational schema, group-committed writes, snapshots to read from."""
