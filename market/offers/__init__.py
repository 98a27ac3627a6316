"""Offers to helpers, with a deadline."""
