"""Prompt templates in three languages, loaded with their digests."""
