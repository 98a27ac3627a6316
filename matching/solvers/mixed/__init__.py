"""Visits, delivery rounds and group sessions in one plan: each shape by its own solver, in what the others leave free."""
