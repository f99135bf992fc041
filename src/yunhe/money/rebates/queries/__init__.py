"""Reads of rebates."""
