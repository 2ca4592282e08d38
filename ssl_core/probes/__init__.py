"""Probes: how features are scored, one file a protocol."""
