"""The demonstration: invented people and requests, carried through the product's own services and nothing else."""
