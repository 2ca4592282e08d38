"""Charts, matrices, picture rows and the choice of pictures."""
