"""The first ten losses of each task, as JSON."""
