"""Long faults and loads: what survives kills, garbage and many visitors."""
