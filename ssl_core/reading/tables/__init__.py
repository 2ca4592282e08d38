"""Tables beside pictures: which column names files, which names classes, captions and splits."""
