"""What is raised, and said, of a picture that can't be read. No torch."""

from __future__ import annotations


class Unreadable(Exception):
    """A picture that can't be read: the reason as the rest of a sentence that begins with its name."""
