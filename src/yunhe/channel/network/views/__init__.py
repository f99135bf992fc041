"""Console pages of the network."""
