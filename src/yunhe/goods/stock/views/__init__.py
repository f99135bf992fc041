"""Console pages of stock."""
