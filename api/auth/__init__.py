"""Who is there: one-time codes, passwords, sessions, tokens."""
