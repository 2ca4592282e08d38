"""Components with a script of their own: hole, squares, wall."""
