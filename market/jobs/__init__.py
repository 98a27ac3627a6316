"""Agreed work, from confirmation to close."""
