"""Data sets by name: found, opened, decoded, browsed."""
