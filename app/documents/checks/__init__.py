"""The checks of a document: a file each, with `check(document, means)`; `app.documents.check` finds them."""
