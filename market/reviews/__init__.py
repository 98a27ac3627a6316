"""What both sides say afterwards."""
