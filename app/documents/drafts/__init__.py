"""How each kind of document begins: one file a kind, each with `build(brief, material, form)`."""
