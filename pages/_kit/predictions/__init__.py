"""Answers of two networks side by side, the guessing game, clusters and retrieved pictures."""
