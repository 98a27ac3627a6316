"""Pages: templates, forms, static files."""
