"""Few labels: support sets, accuracy by number of labels, the next picture to name, the classifier to take home."""
