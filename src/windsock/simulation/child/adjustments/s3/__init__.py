"""S3: large bodies lie in files, and what happens to objects is told instead of sent."""
