"""One request at a time in a plan that stands, and repair around a hole with the fewest changes.

`documents` holds what is asked and answered and imports nothing heavy; `live` keeps a plan in memory; `port` keeps
several of them in a process of its own.
"""
