"""Who lives here: households, people, what they prefer, and the roles they hold."""
