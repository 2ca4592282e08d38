"""Numbers about features and answers: intervals, neighbours, principal components, prototypes, collapse."""
