"""One module per peer of a duel; each runs in a process of its own (see bench/bursts.py)."""
