"""Bringing pictures, and naming those that could not be read."""
