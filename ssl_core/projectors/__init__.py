"""Projectors: features to the plane, one file a method."""
