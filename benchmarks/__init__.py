"""Measurements with a limit, and programs that make what is shipped."""


class LeftOut(Exception):
    """A row that can't be measured here, with the reason."""
