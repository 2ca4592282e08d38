"""What a person named: the store, its log, its export, and how labels follow files that move."""
