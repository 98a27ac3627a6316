"""Who helps: providers, their workers, skills, credentials and hours."""
