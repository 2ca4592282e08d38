"""Jobs: asked in a folder, queued, and worked by a process of their own. Nothing here knows training, or loads torch at import."""
