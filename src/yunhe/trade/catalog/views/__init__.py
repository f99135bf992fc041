"""Console pages of the catalogue, by what they are about."""
