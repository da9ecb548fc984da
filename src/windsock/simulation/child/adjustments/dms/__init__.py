"""DMS: replication tasks that go through their states, and who subscribes to their events."""
