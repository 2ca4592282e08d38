"""Which pictures are on the wall to be labelled, class names, labels and classifier as files."""
