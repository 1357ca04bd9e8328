"""How each kind of document is laid out: one file a shape, each with `blocks(document, form, words)`."""
