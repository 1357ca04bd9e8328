"""Prompt templates in three languages, loaded with their digests."""

from prompts.catalogue import LANGUAGES, Rendered, Template, load, names

__all__ = ["LANGUAGES", "Rendered", "Template", "load", "names"]
