"""RDS: the logs of database instances, which grow."""
