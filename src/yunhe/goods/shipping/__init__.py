"""Shipments: pick, pack with SSCC labels, track, receive by scan, claim."""
