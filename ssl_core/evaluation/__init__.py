"""How much features know: probes, paired comparisons, and measures without labels."""
