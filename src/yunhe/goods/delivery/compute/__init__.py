"""Routing on plain values; no Django."""
