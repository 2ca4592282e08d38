"""Layers, heads and optimiser rules that several tasks share."""
