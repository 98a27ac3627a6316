"""What is asked, offered, done and judged."""
