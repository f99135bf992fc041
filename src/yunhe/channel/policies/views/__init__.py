"""Console pages of policies, by what is done there."""
