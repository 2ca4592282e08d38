"""What is raised, and said, of a picture that can't be read. No torch."""


class Unreadable(Exception):
    """A picture that can't be read: the reason as the rest of a sentence that begins with its name."""
