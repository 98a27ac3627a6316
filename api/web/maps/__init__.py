"""Maps on pages: the ground (our own streets as small vector cells), and what a page draws on it."""
