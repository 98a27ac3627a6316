"""What every room stands on: the declarative base, ids, time, money, errors and database sessions."""
