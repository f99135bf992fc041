"""The API under /api/v1: one set of manners for every domain's operations."""
