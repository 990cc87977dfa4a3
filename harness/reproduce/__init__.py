"""A result reproduced from its record: the same code, the same environment, the same plan, and what came of it."""

from harness.reproduce.make import make_bundle
from harness.reproduce.published import published
from harness.reproduce.replay import Reproduced, Wish, Workplace, cut_reproduction, reproduce

__all__ = ["Reproduced", "Wish", "Workplace", "cut_reproduction", "make_bundle", "published", "reproduce"]
