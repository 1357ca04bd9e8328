"""Recognisers of what points to one person: numbers, names, and what stands beside them."""
