"""What the names of folders and files say by themselves: parts, classes, masks, and what is left out. No file is opened."""
