"""Predictions side by side, duels, groups."""
