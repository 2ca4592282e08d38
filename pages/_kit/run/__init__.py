"""A run at work: curve, state, health."""
