"""Who can do what, where: territory, people, services, providers and venues."""
