"""What the screens share; always imported as `pages._kit`."""
