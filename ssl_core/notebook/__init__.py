"""The interface for notebooks and scripts: train, wait, load, measure and compare, on the same jobs and folders as the screens."""
