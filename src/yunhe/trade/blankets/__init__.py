"""Frames between a partner and its supplier, drawn on by call-offs."""
