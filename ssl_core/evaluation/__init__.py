"""What frozen features are worth: probes, paired comparisons, and measures without labels."""
