"""Ways of finding: exact codes, meaning, words, and all of them together."""
