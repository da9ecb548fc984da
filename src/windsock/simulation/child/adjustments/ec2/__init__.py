"""EC2: states and snapshots take their time; what is one's own, and which regions are, is as AWS has it."""
