"""Training: from a request to a spec, and the one loop that carries a spec out."""
