"""Pages of sourcing."""
