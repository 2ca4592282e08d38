"""What runs leave on disk. Nothing here loads torch."""
