"""Console pages of stock alerts and transfers."""
