"""The national curriculum: read, catalogued, indexed and found. Knows nothing of the app."""
