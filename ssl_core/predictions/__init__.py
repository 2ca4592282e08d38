"""What a run answers about pictures: single ones played with, and groups."""
