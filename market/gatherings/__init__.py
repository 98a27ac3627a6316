"""Group sessions: classes, clinics, fairs; who asks for a seat and who runs them."""
