"""Other programs' files: read into a problem, and written from a plan."""
