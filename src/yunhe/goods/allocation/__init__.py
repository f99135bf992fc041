"""Scarce goods: quotas by a named rule, computed exactly, published with their reason."""
