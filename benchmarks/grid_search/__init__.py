"""Grid search over a pipeline: naive, shared prefixes, and what libraries make of it."""
