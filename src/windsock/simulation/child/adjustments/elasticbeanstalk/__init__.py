"""Elastic Beanstalk: environments that take their time, with their options and events."""
