"""THE LINE: one question from asking to receipt."""
