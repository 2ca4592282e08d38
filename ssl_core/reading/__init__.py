"""Reads people's own files: folders, archives, tables, picture formats. No torch."""

from __future__ import annotations

READS = 3  # version of what can be read: where it grows, files skipped before are tried again (3: PPM, AVIF, JPEG 2000, …)
