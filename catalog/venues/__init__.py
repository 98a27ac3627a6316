"""Rooms where people can meet."""
