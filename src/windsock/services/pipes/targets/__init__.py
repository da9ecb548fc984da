"""What pipes can send to, one file a kind."""
