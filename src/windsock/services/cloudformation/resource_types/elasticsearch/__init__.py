"""Amazon OpenSearch Service, under its older name."""
