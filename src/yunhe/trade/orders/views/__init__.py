"""Console pages of orders."""
