"""Pages of frames."""
