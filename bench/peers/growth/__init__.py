"""Measures how costs grow with the work: ./dev bench growth (docs/performance/growth.md)."""
