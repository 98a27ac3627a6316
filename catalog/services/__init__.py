"""What can be asked: the taxonomy of services, skills and qualifications."""
