"""WHO asks: people, schools, roles, permissions, sessions."""
