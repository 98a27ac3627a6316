"""Matching rounds: freeze, solve, check, publish."""
