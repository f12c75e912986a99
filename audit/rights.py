"""What the application role may do to the tables of this app: add, and nothing else."""

EVIDENCE = {"audit.RefusedAttempt", "audit.Verification"}
