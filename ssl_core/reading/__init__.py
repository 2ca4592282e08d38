"""Pictures where people have them: folders, archives, tables, any format. No torch."""

from __future__ import annotations

READS = 2  # raised whenever more kinds of files can be read: what was skipped before is tried anew (2: TIFFs of many bands)
