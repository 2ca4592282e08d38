"""The structure of a checkout, counted and drawn from its own source: `python -m benchmarks.structure [ROOT]`."""
