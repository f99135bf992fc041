"""Delivery days: vehicles, routes, loading order, drivers."""
