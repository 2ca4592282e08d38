"""Data sets: one file a family; adding the file is the registration."""
