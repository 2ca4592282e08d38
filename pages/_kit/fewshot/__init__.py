"""The wall of pictures to name, names, and what is taken home."""
