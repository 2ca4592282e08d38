"""Single pictures: files to pixels, within stated bounds of memory."""
