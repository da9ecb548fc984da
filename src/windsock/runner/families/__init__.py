"""The families of runtimes that can run here, one file each."""
