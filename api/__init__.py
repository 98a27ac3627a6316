"""HTTP and pages, background worker, command line and settings."""
