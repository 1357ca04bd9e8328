"""WHAT was done, provably."""
