"""What tasks can do, one file an integration."""
