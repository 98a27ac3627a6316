"""Meals for older people: standing orders, what becomes of them each day, and the runs that bring them round."""
