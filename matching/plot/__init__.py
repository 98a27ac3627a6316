"""A plan as people see it: facts in the order in which they are asked for, and a page that needs nobody else.

Nothing here imports a solver or a web framework; `page` returns text, who writes it decides where.
"""
