"""Where: the tree of places and the grids laid over it."""
