"""ECS: instances register, tasks are placed and come into their states one after the other, services keep
the number of theirs. No process runs.
"""
