"""Elastic Beanstalk: what is done to environments takes its time; their events reach a topic and the bus."""
