"""Which solvers work on a problem, in which order, and with how much of the time."""
