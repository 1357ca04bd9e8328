"""What goes in and what comes out is inspected here. Knows nothing of the app or of the curriculum."""
