"""Ustaz: a classroom assistant for teachers in Kazakhstan."""
