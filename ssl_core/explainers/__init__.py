"""Explainers: where a network looks, one file a kind of map."""
