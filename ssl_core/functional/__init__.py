"""Pure tensor functions: no weights, no files, no settings."""
