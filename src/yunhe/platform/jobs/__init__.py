"""Background work with progress, on Procrastinate in the same database."""
