"""Losses and assignments that several tasks share."""
