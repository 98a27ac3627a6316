"""Solvers, one file or folder each."""
