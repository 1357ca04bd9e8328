"""HOW a model is called: one file each."""
