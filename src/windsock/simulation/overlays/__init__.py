"""What is added to moto, one package a service: operations that it lacks, and what follows from a call."""
