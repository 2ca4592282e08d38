"""The sentences of a comparison, the pictures behind a number, comparison without labels."""
