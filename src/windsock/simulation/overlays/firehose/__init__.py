"""Amazon Data Firehose: what is simulated of it."""
