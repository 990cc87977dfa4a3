"""Measures the harness itself, and its peers, under known noise."""
