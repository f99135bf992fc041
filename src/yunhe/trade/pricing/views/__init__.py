"""Console pages of pricing."""
