"""Demo worlds, through the same services as the pages."""
