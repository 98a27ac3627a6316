"""The exact solver: OR-Tools CP-SAT on the sparse model. Importing it costs about a second: do so late."""
