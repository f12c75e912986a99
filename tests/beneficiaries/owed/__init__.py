"""Cases once, what is owed, who paid before, ceilings, other help, notified values, the checklist."""
