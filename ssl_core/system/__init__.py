"""The machine: folders, disk, processes, downloads, measurements kept."""
