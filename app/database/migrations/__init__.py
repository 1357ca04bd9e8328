"""Schema migrations, run at start and by nobody else."""
