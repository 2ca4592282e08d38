"""Few-shot: support sets, accuracy by number of labels, the next picture to label, export of the classifier."""
