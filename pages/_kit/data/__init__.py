"""Bringing one's own pictures, and listing those that could not be read."""
