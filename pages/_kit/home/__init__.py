"""Home's photographs, the visitor's own with a network's answers, and the run that Home begins."""
