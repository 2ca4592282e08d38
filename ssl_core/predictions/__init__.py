"""A run's answers about pictures: a single picture with settings of a person's choice, and groups of test pictures."""
