"""How costs grow with the work: ./dev bench growth (docs/performance.md)."""
