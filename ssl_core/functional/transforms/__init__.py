"""Transformations of pictures, batched, with randomness as an argument."""
