"""Networks by name, loaded once, with their features."""
