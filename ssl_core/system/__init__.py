"""The machine: folders, disk, processes, downloads, caches in memory, stored measurements."""
