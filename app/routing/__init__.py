"""WHICH entry takes this question, and why."""
