"""One primitive for everything limited: reserve, commit, release, with the limit in the database."""
