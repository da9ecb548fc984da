"""Windsock: the CloudWatch Events engine you run yourself."""

__version__ = "0.1.0"
