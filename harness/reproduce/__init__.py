"""A result reproduced from its record: the same code, the same environment, the same plan, and what came of it.

A name is imported from its module: `harness compare` needs none of what measures again.
"""
