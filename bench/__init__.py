"""Benchmarks: each prints a table, beside a peer or the limit measured in the same run. Never timed tests."""
