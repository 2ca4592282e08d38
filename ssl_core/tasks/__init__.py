"""Pretext tasks: one file a task; adding the file is the registration."""
