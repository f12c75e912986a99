"""What the application role may do to the tables of this app: see database_roles.py."""

EVIDENCE = {"config.IdempotencyKey"}
