"""Side-by-side benchmarks: `python -m bench` measures this ledger against plain tools on the same server."""
