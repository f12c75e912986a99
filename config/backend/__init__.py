"""The database backend: Django's own for PostgreSQL, plus the embedded server."""
