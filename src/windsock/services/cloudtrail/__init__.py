"""AWS CloudTrail: every management call written down, looked up and delivered."""
